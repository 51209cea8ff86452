/** Objects of foreign projects that were about to reach a client of this process: each is a fault of this server. */
export const accessNet = { caught: 0 };
