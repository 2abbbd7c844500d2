// One local vantage as a process: the controller, under the supervisor's command.
import { startController } from '../failover/server.ts';
import { settingsFrom } from '../failover/settings.ts';
import { underSupervision } from './supervision.ts';

await underSupervision(async () => {
  const controller = await startController(settingsFrom(process.env));
  return { url: controller.url, stop: () => controller.close() };
});
