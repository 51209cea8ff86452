import { afterAll, expect } from 'vitest';
import { accessNet } from '../../src/access/accessNet.js';

// Whatever a test does: nothing of a foreign project may have come so far that only the last net caught it.
afterAll(() => expect(accessNet.caught).toBe(0));
