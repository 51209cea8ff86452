/** What a worker computes on. */
export const devices = ['CPU', 'GPU'] as const;
export type Device = (typeof devices)[number];

/** What a job needs: a worker that computes on such a device, or any worker. */
export const neededDevices = ['ANY', ...devices] as const;
export type NeededDevice = (typeof neededDevices)[number];
