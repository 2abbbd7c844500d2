// The drain watcher as a process: evenkeel-drain.service starts it.
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { awsNotices } from './aws-notices.ts';
import { azureNotices } from './azure-notices.ts';
import { gcpNotices } from './gcp-notices.ts';
import { metadataUrl } from './metadata.ts';
import type { NoticeSource } from './notices.ts';
import { watchForNotice } from './watch-for-notice.ts';

/** Longer than the unit's TimeoutStopSec, after which systemd has killed it. */
const stopMsMax = 60_000;

const { CLOUD, DRAIN_GROUP = '', DRAIN_HOOK = '' } = process.env;

function sourceFor(cloud: string | undefined): NoticeSource {
  switch (cloud) {
    case 'aws': {
      const hook =
        DRAIN_GROUP === '' || DRAIN_HOOK === '' ? null : { group: DRAIN_GROUP, name: DRAIN_HOOK };
      return awsNotices(metadataUrl, hook);
    }
    case 'azure':
      return azureNotices(metadataUrl);
    case 'gcp':
      return gcpNotices(metadataUrl);
    default:
      throw new Error(`CLOUD=${cloud} in /etc/evenkeel/machine.env is none of aws, azure, gcp`);
  }
}

await watchForNotice({
  source: sourceFor(CLOUD),
  drain: async () => {
    const run = promisify(execFile);
    await run('systemctl', ['stop', 'evenkeel.service'], { timeout: stopMsMax });
  },
  pause,
  log: (line) => console.log(line),
});
