// A controller dies at every call it makes in a change, before and after the call has its effect; the next one finishes it (I6).
import { describe, expect, test } from '@jest/globals';
import { recordText, termOf } from '../../fleet/records.ts';
import {
  controllerBench,
  handClock,
  last,
  losingParis,
  MemoryJournal,
  MemoryOrderStore,
  peacetimeZone,
  weights,
} from '../support/failover-ports.ts';

type Mode = 'before' | 'after';

/** Counts the calls to its ports, and dies at one of them: nothing it asked for is ever answered again. */
class Mortal {
  readonly calls: string[] = [];
  readonly death: Promise<void>;
  isDead = false;
  readonly #dieAt: number;
  readonly #mode: Mode;
  #die: () => void = () => undefined;

  constructor(dieAt: number, mode: Mode) {
    this.#dieAt = dieAt;
    this.#mode = mode;
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  /** The same port, through which this process may die. */
  behind<Port extends object>(name: string, port: Port, methods: readonly (keyof Port)[]): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function' || !methods.some((method) => method === key)) return value;
        return (...args: unknown[]) =>
          this.#call(`${name}.${String(key)}`, () => value.apply(target, args) as Promise<unknown>);
      },
    });
  }

  async #call(name: string, effect: () => Promise<unknown>): Promise<unknown> {
    if (this.isDead) return new Promise(() => undefined);
    this.calls.push(name);
    if (this.calls.length !== this.#dieAt) return effect();
    this.isDead = true;
    if (this.#mode === 'after') await effect();
    this.#die();
    return new Promise(() => undefined);
  }
}

/** One change from beginning to end: Paris is lost, left, and the change is served everywhere. */
async function lifeUntil(dieAt: number, mode: Mode) {
  const mortal = new Mortal(dieAt, mode);
  const clock = handClock();
  const zone = peacetimeZone();
  const journal = new MemoryJournal();
  const before = zone.records.length;
  const bench = await controllerBench({
    clock,
    zone: mortal.behind('zone', zone, ['read', 'write', 'settled', 'observe']),
    journal: mortal.behind('journal', journal, ['append', 'tail']),
    store: mortal.behind('orders', new MemoryOrderStore(), ['load', 'save']),
  });
  const life = async () => {
    await bench.beats(1);
    await losingParis(bench);
    await bench.beats(4);
  };
  await Promise.race([life(), mortal.death]);
  // What the dead one still had on its way has arrived by now.
  await new Promise(setImmediate);
  return { mortal, clock, zone, journal, before };
}

const wholeLife = lifeUntil(Number.POSITIVE_INFINITY, 'before').then(({ mortal }) => mortal.calls);

test('the calls of a change are those that can be died at', async () => {
  const calls = await wholeLife;
  expect(new Set(calls)).toEqual(
    new Set([
      'orders.load',
      'zone.observe',
      'zone.read',
      'journal.append',
      'zone.write',
      'zone.settled',
    ]),
  );
  expect(calls.length).toBeGreaterThan(20);
});

describe.each(['before', 'after'] as const)('dying %s the effect', (mode) => {
  test('of any call of a change: the successor leaves Paris, once, and no record was ever missing', async () => {
    const calls = await wholeLife;
    // Opening the order desk is no part of a beat: nothing runs before it.
    for (let dieAt = 2; dieAt <= calls.length; dieAt += 1) {
      const { mortal, clock, zone, journal, before } = await lifeUntil(dieAt, mode);
      expect(mortal.isDead).toBe(true);
      expect(zone.records).toHaveLength(before);
      const opened = journal.entries.findLast(
        ({ kind }) => kind === 'intent' || kind === 'outcome',
      );
      const next = await controllerBench({ clock, zone, journal });
      await next.controller.start();
      await next.controller.stop();
      const told = last(next, 'reconciled');
      await losingParis(next);
      await next.beats(20);
      const died = `${mode} ${calls[dieAt - 1]}, call ${dieAt}`;
      expect({ died, weights: weights(next) }).toEqual({ died, weights: [0, 10, 10] });
      expect({ died, term: termOf(zone.records).number }).toEqual({ died, term: 42 });
      expect({ died, told: told !== undefined }).toEqual({ died, told: opened?.kind === 'intent' });
      expect(zone.batches.length).toBeLessThanOrEqual(2);
      expect(new Set(zone.records.map(recordText)).size).toBe(before);
    }
  });
});
