// Work that waits in one AWS region: the table of jobs, the queue that wakes their workers, and where failures end.
import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import type { SqsQueue, SqsQueueConfig } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { HardenedQueue } from './hardened-queue.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly accountId: string;
  readonly keyArn: string;
  /** Keys for the table's replicas, by location: one key encrypts in one place only. */
  readonly replicaKeyArns: Readonly<Record<string, string>>;
}

/** Longer than the longest job (25 min) so that nobody else takes it up meanwhile. */
const visibilitySeconds = 1_800;
const attemptsMax = 5;
const daySeconds = 86_400;

export class RegionWork extends Construct {
  readonly tableName: string;
  readonly tableArn: string;
  readonly queue: SqsQueue;
  readonly deadLetters: SqsQueue;
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet, region, accountId } = props;
    this.tableName = nameOf.aws(fleet, 'jobs');
    this.tableArn = `arn:aws:dynamodb:${region.location}:${accountId}:table/${this.tableName}`;
    // Several AWS regions share one global table: the first one's stack makes it, the others know it by its name.
    if (isFirstOnAws(fleet, region)) this.table();
    this.deadLetters = this.queueOf('dead-letters', { messageRetentionSeconds: 14 * daySeconds });
    this.queue = this.queueOf('wake', {
      visibilityTimeoutSeconds: visibilitySeconds,
      messageRetentionSeconds: 4 * daySeconds,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: this.deadLetters.arn,
        maxReceiveCount: attemptsMax,
      }),
    });
    new SqsQueueRedriveAllowPolicy(this, 'dead-letters-from', {
      queueUrl: this.deadLetters.id,
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: 'byQueue',
        sourceQueueArns: [this.queue.arn],
      }),
    });
  }

  private table(): void {
    const { fleet, keyArn, replicaKeyArns } = this.props;
    const { protectsData } = fleet.estate;
    const replicas = Object.entries(replicaKeyArns);
    new DynamodbTable(this, 'jobs', {
      name: this.tableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'id',
      attribute: [
        { name: 'id', type: 'S' },
        { name: 'queue', type: 'S' },
        { name: 'due', type: 'S' },
      ],
      // Jobs that nobody works on, the oldest first: only those carry the attribute `due`.
      globalSecondaryIndex: [
        { name: 'due', hashKey: 'queue', rangeKey: 'due', projectionType: 'ALL' },
      ],
      ttl: { attributeName: 'expires', enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protectsData,
      serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
      ...(replicas.length > 0 ? { streamEnabled: true, streamViewType: 'NEW_AND_OLD_IMAGES' } : {}),
      replica: replicas.map(([regionName, kmsKeyArn]) => ({
        regionName,
        kmsKeyArn,
        pointInTimeRecovery: true,
        propagateTags: true,
      })),
      ...(protectsData ? { lifecycle: { preventDestroy: true } } : {}),
    });
  }

  private queueOf(part: string, config: SqsQueueConfig): SqsQueue {
    const { fleet, region, keyArn } = this.props;
    const name = nameOf.aws(fleet, region.id, part);
    return new HardenedQueue(this, part, { name, kmsMasterKeyId: keyArn, ...config }).queue;
  }
}

/** What the account has once stands in the stack of its first region. */
export const isFirstOnAws = ({ regions }: Fleet, { id }: Region): boolean =>
  regions.find(({ cloud }) => cloud === 'aws')?.id === id;
