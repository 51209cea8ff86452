/** Preloaded into a process: its clock is an hour ahead. */
const hour = 3_600_000;
const now = Date.now;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...values) {
    super(...(values.length === 0 ? [now() + hour] : values));
  }
  static now() {
    return now() + hour;
  }
};
