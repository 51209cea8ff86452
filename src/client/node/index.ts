/** What of the client needs Node: files, and WebSockets before version 22. */
export * from './credentials.js';
export * from './nodeClient.js';
export * from './saveFile.js';
export * from './uploadFile.js';
