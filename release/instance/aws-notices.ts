// AWS: the autoscaling group's wish that this instance ends, or the notice that its spot capacity is taken back.
import { AutoScalingClient, CompleteLifecycleActionCommand } from '@aws-sdk/client-auto-scaling';
import { askMetadata, MetadataError } from './metadata.ts';
import type { Notice, NoticeSource } from './notices.ts';

export interface LifecycleHook {
  readonly group: string;
  readonly name: string;
}

const tokenSeconds = 21_600;
const completeAttemptsMax = 5;

/** Without a hook the group does not wait, and there is nothing to complete. */
export function awsNotices(base: string, hook: LifecycleHook | null): NoticeSource {
  let token: string | null = null;
  const ask = async (path: string): Promise<string | null> => {
    token ??= await askMetadata(base, '/latest/api/token', {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(tokenSeconds) },
    });
    try {
      const headers = { 'x-aws-ec2-metadata-token': token ?? '' };
      return await askMetadata(base, `/latest/meta-data/${path}`, { headers });
    } catch (error) {
      // It has expired; the next question fetches another.
      if (error instanceof MetadataError && error.status === 401) token = null;
      throw error;
    }
  };
  const complete = async ({ group, name }: LifecycleHook): Promise<void> => {
    const [region, instance] = [await ask('placement/region'), await ask('instance-id')];
    if (region === null || instance === null) throw new MetadataError('instance-id', 404);
    const client = new AutoScalingClient({ region, maxAttempts: completeAttemptsMax });
    await client.send(
      new CompleteLifecycleActionCommand({
        AutoScalingGroupName: group,
        LifecycleHookName: name,
        InstanceId: instance,
        LifecycleActionResult: 'CONTINUE',
      }),
    );
  };
  return {
    async next(): Promise<Notice | null> {
      const target = await ask('autoscaling/target-lifecycle-state');
      if (target?.trim() === 'Terminated')
        return {
          cause: 'the autoscaling group ends this instance',
          acknowledge: hook === null ? null : () => complete(hook),
        };
      const action = await ask('spot/instance-action');
      return action === null ? null : { cause: `spot interruption ${action}`, acknowledge: null };
    },
  };
}
