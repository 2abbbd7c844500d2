// Azure: scheduled events that end or restart this virtual machine; approving one lets it happen at once.
import { askMetadata } from './metadata.ts';
import type { Notice, NoticeSource } from './notices.ts';

interface ScheduledEvents {
  readonly Events?: readonly {
    readonly EventId: string;
    readonly EventType: string;
    readonly Resources?: readonly string[];
  }[];
}

/** A freeze lasts seconds and is ridden out. */
const ending = ['Terminate', 'Preempt', 'Reboot', 'Redeploy'];
const headers = { Metadata: 'true' };
const eventsPath = '/metadata/scheduledevents?api-version=2020-07-01';
const namePath = '/metadata/instance/compute/name?api-version=2021-02-01&format=text';

export function azureNotices(base: string): NoticeSource {
  let machine: string | null = null;
  return {
    async next(): Promise<Notice | null> {
      machine ??= await askMetadata(base, namePath, { headers });
      const text = await askMetadata(base, eventsPath, { headers });
      const { Events = [] } = JSON.parse(text ?? '{}') as ScheduledEvents;
      const event = Events.find(
        ({ EventType, Resources = [] }) =>
          ending.includes(EventType) && machine !== null && Resources.includes(machine),
      );
      if (event === undefined) return null;
      const body = JSON.stringify({ StartRequests: [{ EventId: event.EventId }] });
      return {
        cause: `scheduled event ${event.EventType}`,
        acknowledge: async () => {
          await askMetadata(base, eventsPath, { method: 'POST', headers, body });
        },
      };
    },
  };
}
