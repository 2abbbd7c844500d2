// What each role may ask of a controller. What is not listed is denied, to everybody.
import type { Role } from '../fleet/identity.ts';

/**
 * A vantage gives no orders here: it relays those it has taken in its report, which the others fetch and which proves by its
 * own certificate where it comes from.
 */
const rights: Readonly<Record<Role, readonly string[]>> = {
  vantage: ['GET /observation'],
  monitor: ['GET /metrics'],
  operator: ['GET /observation', 'GET /status', 'GET /metrics', 'POST /orders'],
};

export const mayAsk = (role: Role, method: string, route: string): boolean =>
  rights[role].includes(`${method} ${route}`);
