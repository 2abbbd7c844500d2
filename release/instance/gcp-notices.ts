// Google Cloud: preemption. An ordinary deletion presses the power button, upon which systemd stops the service by itself.
import { askMetadata } from './metadata.ts';
import type { Notice, NoticeSource } from './notices.ts';

const headers = { 'Metadata-Flavor': 'Google' };

export const gcpNotices = (base: string): NoticeSource => ({
  async next(): Promise<Notice | null> {
    const preempted = await askMetadata(base, '/computeMetadata/v1/instance/preempted', {
      headers,
    });
    return preempted?.trim() === 'TRUE' ? { cause: 'preempted', acknowledge: null } : null;
  },
});
