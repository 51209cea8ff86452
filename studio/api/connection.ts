/** How the page hears of a job: behind its newest event, at it, not at all for now, or never again. */
export type Connection = 'catching up' | 'live' | 'waiting' | 'ended';
