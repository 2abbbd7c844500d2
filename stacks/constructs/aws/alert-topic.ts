// Where alarms are sent, and from there to whoever is on call: encrypted, for this account's own services only.
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { Construct } from 'constructs';

interface Props {
  readonly name: string;
  readonly accountId: string;
  readonly keyArn: string;
  /** Service principals that publish, e.g. `cloudwatch.amazonaws.com`. */
  readonly publishers: readonly string[];
  readonly email: string;
  readonly provider?: AwsProvider;
}

export class AlertTopic extends Construct {
  readonly arn: string;
  /** What publishes through the topic must wait for it. */
  readonly policy: SnsTopicPolicy;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const at = props.provider === undefined ? {} : { provider: props.provider };
    const topic = new SnsTopic(this, 'topic', {
      name: props.name,
      kmsMasterKeyId: props.keyArn,
      ...at,
    });
    this.arn = topic.arn;
    this.policy = new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: publishing(topic.arn, props),
      ...at,
    });
    new SnsTopicSubscription(this, 'email', {
      topicArn: topic.arn,
      protocol: 'email',
      endpoint: props.email,
      ...at,
    });
  }
}

const publishing = (topicArn: string, { accountId, publishers }: Props) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ServicesOfThisAccount',
        Effect: 'Allow',
        Principal: { Service: [...publishers].sort() },
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
      },
      {
        Sid: 'RefuseWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
