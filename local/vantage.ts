// One local vantage as a process: the controller, under the supervisor's command, with cables that a drill can cut.
import { startController } from '../failover/server.ts';
import { settingsFrom } from '../failover/settings.ts';
import { isSeverMessage } from './faults.ts';
import { severableLinks } from './severed-links.ts';
import { underSupervision } from './supervision.ts';

const links = severableLinks();
process.on('message', (message) => {
  if (isSeverMessage(message)) links.sever(message.sever);
});

await underSupervision(async () => {
  const controller = await startController(settingsFrom(process.env));
  return { url: controller.url, stop: () => controller.close() };
});
