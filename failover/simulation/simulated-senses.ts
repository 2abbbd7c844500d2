// What a simulated vantage's probes meet: readiness, inference, bare connections, what services count, and the canaries.
import type { Region, RegionId, VantageId } from '../../fleet/fleet.ts';
import type { Canaries, Prober, RegionProbe } from '../ports.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Surroundings } from './simulated-vantage.ts';

const connectMs = 20;

/** One address stands for the region: what strikes single addresses is tested against real sockets. */
export function simulatedProber(
  id: VantageId,
  process: SimulatedProcess,
  world: Surroundings,
): Prober {
  const { fleet, deployment, probeFate, onProbed } = world;
  const addressOf = (region: RegionId) => deployment.addresses[region]?.[0] ?? '';
  const ask = async (region: RegionId, kind: 'ready' | 'golden'): Promise<RegionProbe> => {
    const startedMs = process.monotonicMs();
    const fate = probeFate(id, region, kind);
    const deadlineMs = kind === 'ready' ? fleet.probe.timeoutMs : fleet.probe.goldenTimeoutMs;
    await process.call({ thereMs: 0, backMs: fate.tookMs }, () => null);
    const atMs = process.monotonicMs();
    // A paused process finds its own deadline passed when it wakes, whatever has arrived meanwhile.
    const tookMs = atMs - startedMs;
    const kindOfFailure = fate.failure ?? (tookMs > deadlineMs ? 'timeout' : null);
    const common = { region, atMs, tookMs };
    const failure = kindOfFailure === null ? null : { kind: kindOfFailure, detail: 'simulated' };
    const probe: RegionProbe = {
      result:
        failure === null
          ? { ok: true, ...common }
          : { ok: false, ...common, failure: failure.kind, detail: failure.detail },
      addresses: [{ address: addressOf(region), tookMs, failure }],
    };
    onProbed(id, probe, kind);
    return probe;
  };
  const isReachable = (region: RegionId) => world.reaches(id, region);
  return {
    probe: ({ id: region }) => ask(region, 'ready'),
    golden: ({ id: region }) => ask(region, 'golden'),
    connect: async ({ id: region }: Region) => {
      const { connectTimeoutMs } = fleet.probe;
      const connects = isReachable(region);
      const backMs = connects ? connectMs : connectTimeoutMs;
      await process.call({ thereMs: 0, backMs }, () => null);
      return [{ address: addressOf(region), reach: connects ? 'connected' : 'timeout' }];
    },
    requests: ({ id: region }) =>
      process.call({ thereMs: connectMs, backMs: connectMs }, () =>
        isReachable(region) ? world.countersOf(region) : [],
      ),
  };
}

export const simulatedCanaries = (
  id: VantageId,
  process: SimulatedProcess,
  { fleet, reaches }: Surroundings,
): Canaries => ({
  ask: async () => {
    const { targets } = fleet.probe.canary;
    const reached = targets.map((target) => reaches(id, target));
    const backMs = reached.every(Boolean) ? connectMs : fleet.probe.connectTimeoutMs;
    await process.call({ thereMs: 0, backMs }, () => null);
    return targets.map((target, i) => ({
      target,
      reach: reached[i] === true ? 'connected' : 'timeout',
    }));
  },
});
