// A queue as all of ours are: encrypted under our key, and closed to whoever comes without TLS.
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { SqsQueueConfig } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { Construct } from 'constructs';

type Settings = SqsQueueConfig & { readonly name: string; readonly kmsMasterKeyId: string };

export class HardenedQueue extends Construct {
  readonly queue: SqsQueue;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.queue = new SqsQueue(this, 'queue', settings);
    new SqsQueuePolicy(this, 'policy', {
      queueUrl: this.queue.id,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'RefuseWithoutTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: this.queue.arn,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      }),
    });
  }
}
