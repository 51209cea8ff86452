/** Starts or adopts the server of a home, prints what it got as one line of JSON, and ends; `stop` as second argument stops it first. */
import { startEmbeddedPostgres } from '../../src/database/embedded/embeddedPostgres.js';

const [home, command] = process.argv.slice(2);
const server = await startEmbeddedPostgres(home!, { settings: { fsync: 'off' } });
if (command === 'stop') await server.stop();
process.stdout.write(`${JSON.stringify(server)}\n`);
