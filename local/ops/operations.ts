// The operators' page of a fleet that runs here. It asks the fleet as a verb does, and needs nothing that a verb has not.
import type { FleetBuilt } from '../fleet-files.ts';
import { fleetView } from '../fleet-view.ts';
import { freePort } from '../loopback.ts';
import { startForecaster } from '../what-if/forecaster.ts';
import { startOps } from './ops-server.ts';
import type { OpsServer } from './ops-server.ts';

const opsPortFrom = 5600;

export async function startOperations(built: FleetBuilt): Promise<OpsServer> {
  const forecaster = startForecaster({ EVENKEEL_FLEET_DIR: built.directory });
  const server = await startOps(await freePort(opsPortFrom), {
    view: () => fleetView(built),
    forecaster,
    now: () => new Date(),
  });
  return {
    url: server.url,
    close: async () => {
      forecaster.close();
      await server.close();
    },
  };
}
