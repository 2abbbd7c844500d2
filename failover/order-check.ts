// Judges an order before it is taken: what it is about, who gives it and why, and for how long.
import { InputError } from '../fleet/errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { gateNames } from '../fleet/safety-rules.ts';
import type { OrderRequest } from './order-desk.ts';

const reasonLengthMax = 200;
const actorLengthMax = 100;

/** `InputError` 'wrong-order'. */
export function checkOrder(request: OrderRequest, fleet: Fleet): void {
  checkSubject(request, fleet);
  const { kind, reason, actor, forMs } = request;
  const { orderMsMax } = fleet.steering;
  if (reason.trim() === '' || reason.length > reasonLengthMax)
    refuse(
      `The reason has ${reason.length} characters`,
      'Whoever is on call next must see why it was ordered',
      `Say it in 1 to ${reasonLengthMax} characters, without anything about patients`,
    );
  if (actor.trim() === '' || actor.length > actorLengthMax)
    refuse(
      `The actor has ${actor.length} characters`,
      'An order belongs to somebody',
      `Name who orders it in 1 to ${actorLengthMax} characters`,
    );
  if (kind === 'restore' || kind === 'unfreeze') return;
  if (!(forMs >= 1 && forMs <= orderMsMax))
    refuse(
      `A ${kind} for ${forMs} ms`,
      'An order that nobody remembers must end by itself',
      `Choose 1..${orderMsMax} ms; give another order to go on`,
    );
}

function checkSubject(request: OrderRequest, { regions, steering }: Fleet): void {
  if ('region' in request && !regions.some(({ id }) => id === request.region))
    refuse(
      `There is no region "${request.region}"`,
      'A drain or a restore is for one region of the fleet',
      `Name one of: ${regions.map(({ id }) => id).join(', ')}`,
    );
  const gates = gateNames(steering.safetyRules);
  if ('gate' in request && !gates.includes(request.gate))
    refuse(
      `There is no gate "${request.gate}"`,
      "Gates are safety rules of the fleet's description",
      `Name one of: ${gates.join(', ') || '(this fleet has none)'}`,
    );
}

function refuse(found: string, why: string, remedy: string): never {
  throw new InputError('wrong-order', { found, why, remedy });
}
