// Orders as they arrive: read from a request, and refused at once where they could not be carried out as things stand.
import { InputError, TransientError } from '../fleet/errors.ts';
import { noVerdict, verdictAfter } from '../fleet/health.ts';
import type { Verdict } from '../fleet/health.ts';
import type { Controller } from './controller.ts';
import { commandIn, commandKinds } from './core/command.ts';
import type { OrderRequest } from './order-desk.ts';

/** `InputError` 'wrong-order'. The actor is whoever's certificate came with it, whatever the body says. */
export function orderRequest(body: unknown, actor: string): OrderRequest {
  const members = (typeof body === 'object' && body !== null ? body : {}) as Readonly<
    Record<string, unknown>
  >;
  const { kind, reason, forMs } = members;
  const command = commandIn(members);
  if (!commandKinds.some((known) => known === kind))
    throw wrongOrder(`"kind" is ${shown(kind)}`, `Use one of: ${commandKinds.join(', ')}`);
  if (command === null || typeof reason !== 'string')
    throw wrongOrder(
      `"region" is ${shown(members['region'])}, "gate" is ${shown(members['gate'])}, "reason" is ${shown(reason)}`,
      'Send the reason, and the region or the gate that it is about, as texts',
    );
  if (command.kind === 'restore' || command.kind === 'unfreeze')
    return { ...command, reason, actor, forMs: 0 };
  if (typeof forMs !== 'number' || !Number.isInteger(forMs))
    throw wrongOrder(`"forMs" is ${shown(forMs)}`, 'Send a whole number of milliseconds');
  return { ...command, reason, actor, forMs };
}

const wrongOrder = (found: string, remedy: string) =>
  new InputError('wrong-order', {
    found,
    why: 'An order is {"kind", "reason", "forMs"}, with the "region" or the "gate" that it is about',
    remedy,
  });

const shown = (value: unknown) => (JSON.stringify(value) ?? 'missing').slice(0, 80);

/** A drain that cannot be obeyed is refused here; one that cannot be any more when its turn comes is held by `steer` (I15). */
export function checkFeasible(controller: Controller, request: OrderRequest): void {
  if (request.kind !== 'drain') return;
  checkSurvivors(controller, request.region);
  checkRules(controller, request.region);
}

function checkSurvivors({ beat, settings }: Controller, region: string): void {
  const { decision, atMs } = beat;
  const isStillUp = (verdict: Verdict) =>
    verdictAfter(verdict, settings.clock.monotonicMs() - atMs).kind === 'up';
  if (decision === null)
    throw new TransientError('not-watching-yet', {
      found: 'This vantage has not seen the fleet yet',
      why: 'A region is only drained while another one is known to be up',
      remedy: 'Try again in a few seconds',
    });
  const survivors = settings.fleet.regions.filter(
    ({ id }) =>
      id !== region &&
      isStillUp(decision.standings[id]?.verdict ?? noVerdict) &&
      (decision.intent[id]?.weight ?? 0) > 0,
  );
  if (survivors.length > 0) return;
  throw new InputError('no-survivor', {
    found: `No region but ${region} is up with users of its own`,
    why: 'Its users would have nowhere to go',
    remedy:
      'Wait until another region is HEALTHY (evenkeel status), or restore one that is drained',
  });
}

/** What passes by itself, the wait after a change, is no reason to refuse an order. */
function checkRules(controller: Controller, region: string): void {
  const held = controller
    .rehearseDrain(region)
    .find((one) => one.region === region && one.kind !== 'wait');
  if (held === undefined) return;
  throw new InputError(held.kind === 'freeze' ? 'frozen' : 'refused-by-rule', {
    found:
      held.kind === 'freeze'
        ? `${region} cannot be drained now: the zone is ${held.why}`
        : `${region} cannot be drained now: ${held.by} (${held.kind}) says that ${held.why}`,
    why: 'A safety rule holds for whoever wants the change',
    remedy:
      held.kind === 'freeze'
        ? 'Unfreeze the zone first (evenkeel unfreeze)'
        : 'Bring another region back first, wait until there is less to do, or change the rule in fleet/environments.ts',
  });
}
