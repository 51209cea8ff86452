import { expect, it } from 'vitest';
import { migrate, rehearseMigration } from '../../../src/database/index.js';
import { useDatabase } from '../../support/database.js';

const database = useDatabase();

it('a database of a newer release is refused by name, and left as it is', async () => {
  const { dataSource } = database;
  await dataSource.query(
    `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')`,
  );
  await expect(migrate(dataSource)).rejects.toThrow(/CONFIG_INVALID.*newer release, with FromTheFuture9999999999999/);
  await dataSource.query(`DELETE FROM migrations WHERE timestamp = 9999999999999`);
  await expect(migrate(dataSource)).resolves.toEqual([]);
});

it('a rehearsal takes back what it did, also when it fails', async () => {
  const { dataSource } = database;
  const work = rehearseMigration(dataSource, async (manager) => {
    await manager.query('CREATE TABLE rehearsed (id int)');
    throw new Error('enough');
  });
  await expect(work).rejects.toThrow('enough');
  expect(await dataSource.query(`SELECT to_regclass('rehearsed') AS found`)).toEqual([{ found: null }]);
});
