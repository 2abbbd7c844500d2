// What the loss of a region takes from a month's error budget: minutes in which nobody would have been answered, user-weighted.

/** Of a month of thirty days, in minutes. */
export const budgets = [
  { objective: '99.9 %', minutes: 43.2 },
  { objective: '99.99 %', minutes: 4.32 },
] as const;

/** Of all users, those who are the stricken region's: one region of three, or the only one that is used. */
export const regionShares = [
  { name: 'a third', share: 1 / 3 },
  { name: 'all', share: 1 },
] as const;

/** User-weighted minutes of one event: the downtime of a stricken user, times the share of users who are stricken. */
export const eventMinutes = (meanSeconds: number, regionShare: number): number =>
  (meanSeconds * regionShare) / 60;
