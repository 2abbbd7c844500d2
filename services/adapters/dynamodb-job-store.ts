// A job store in DynamoDB: every change is one conditional write, and an index holds only what is or will be due.
import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { jobFrom, newItem, timeOf } from './job-item.ts';
import type { Item } from './job-item.ts';
import type { Job, JobQueue, JobStore, Lease } from './job-store.ts';

export interface DynamoDbJobStoreOptions {
  readonly client: DynamoDBClient;
  /** Key `id`, index `due` on (`queue`, `due`), time to live `expires`: stacks/constructs/aws/region-work.ts. */
  readonly table: string;
  readonly nowMs: () => number;
}

/** Several workers see the same oldest jobs; whoever loses one tries the next of its page. */
const candidatesMax = 10;

export const dynamoDbJobStore = (options: DynamoDbJobStoreOptions): JobStore =>
  new DynamoDbJobStore(options);

class DynamoDbJobStore implements JobStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #nowMs: () => number;

  constructor({ client, table, nowMs }: DynamoDbJobStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#nowMs = nowMs;
  }

  async add(added: Parameters<JobStore['add']>[0]): ReturnType<JobStore['add']> {
    const job: Job = {
      ...added,
      state: 'waiting',
      attempts: 0,
      createdAtMs: this.#nowMs(),
      end: null,
    };
    const isCreated = await this.#ifConditionHolds(
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: newItem(job),
          // DynamoDB removes what has expired within days, not at once.
          ConditionExpression: 'attribute_not_exists(#id) OR #expires <= :now',
          ExpressionAttributeNames: { '#id': 'id', '#expires': 'expires' },
          ExpressionAttributeValues: { ':now': seconds(this.#nowMs()) },
        }),
      ),
    );
    if (isCreated) return { outcome: 'created', job };
    const existing = await this.get(job.id);
    if (existing === null) throw new Error(`job ${job.id} expired while it was added again`);
    return { outcome: 'exists', job: existing };
  }

  async get(id: string): Promise<Job | null> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyOf(id), ConsistentRead: true }),
    );
    if (item === undefined || Number(item['expires']?.N) * 1_000 <= this.#nowMs()) return null;
    return jobFrom(item);
  }

  async take(queue: JobQueue, leaseMs: number): Promise<Lease | null> {
    for (const { id, due } of await this.#due(queue, candidatesMax)) {
      const token = randomUUID();
      const job = await this.#update(id, {
        set: { state: text('running'), due: this.#dueIn(leaseMs), token: text(token) },
        add: { attempts: 1 },
        // The index lags behind by some milliseconds: what it showed must still be true.
        only: { due: text(due) },
      });
      if (job !== null) return { job, token };
    }
    return null;
  }

  async renew({ job, token }: Lease, leaseMs: number): Promise<boolean> {
    const only = { token: text(token) };
    return (await this.#update(job.id, { set: { due: this.#dueIn(leaseMs) }, only })) !== null;
  }

  async finish({ job, token }: Lease, end: Parameters<JobStore['finish']>[1]): Promise<boolean> {
    const finished = await this.#update(job.id, {
      set: { state: text(end.kind), end: text(JSON.stringify(end)) },
      remove: ['due', 'token'],
      only: { token: text(token) },
    });
    return finished !== null;
  }

  async giveBack({ job, token }: Lease): Promise<boolean> {
    const waiting = await this.#update(job.id, {
      set: { state: text('waiting'), due: this.#dueIn(0) },
      add: { attempts: -1 },
      remove: ['token'],
      only: { token: text(token) },
    });
    return waiting !== null;
  }

  async hasDue(queue: JobQueue): Promise<boolean> {
    return (await this.#due(queue, 1)).length > 0;
  }

  async #due(queue: JobQueue, max: number) {
    const { Items: items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'due',
        KeyConditionExpression: '#queue = :queue AND #due <= :now',
        ExpressionAttributeNames: { '#queue': 'queue', '#due': 'due' },
        ExpressionAttributeValues: { ':queue': text(queue), ':now': this.#dueIn(0) },
        Limit: max,
      }),
    );
    return items.map(({ id, due }) => ({ id: id?.S ?? '', due: due?.S ?? '' }));
  }

  /** Null when the condition did not hold. */
  async #update(id: string, change: Change): Promise<Job | null> {
    try {
      const { Attributes: item } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyOf(id),
          ReturnValues: 'ALL_NEW',
          ...expressionOf(change),
        }),
      );
      return item === undefined ? null : jobFrom(item);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }

  async #ifConditionHolds(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  #dueIn(ms: number): AttributeValue.SMember {
    return text(timeOf(this.#nowMs() + ms));
  }
}

interface Change {
  readonly set: Item;
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  /** What the attributes must be, all of them. */
  readonly only: Item;
}

/** All names are placeholders, because many plain words are reserved in DynamoDB. */
function expressionOf({ set, add = {}, remove = [], only }: Change) {
  const names = [set, add, only].flatMap((part) => Object.keys(part)).concat(remove);
  const assigned = Object.keys(set).map((name) => `#${name} = :${name}`);
  const added = Object.keys(add).map((name) => `#${name} :${name}`);
  const values = Object.entries({ ...set, ...numbers(add) });
  return {
    UpdateExpression: [
      `SET ${assigned.join(', ')}`,
      ...(added.length > 0 ? [`ADD ${added.join(', ')}`] : []),
      ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: Object.keys(only)
      .map((name) => `#${name} = :only_${name}`)
      .join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries([
      ...values.map(([name, value]) => [`:${name}`, value] as const),
      ...Object.entries(only).map(([name, value]) => [`:only_${name}`, value] as const),
    ]),
  };
}

const numbers = (values: Readonly<Record<string, number>>): Item =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { N: String(value) }]));

const text = (value: string): AttributeValue.SMember => ({ S: value });
const seconds = (ms: number): AttributeValue.NMember => ({ N: String(Math.floor(ms / 1_000)) });
const keyOf = (id: string): Record<string, AttributeValue> => ({ id: text(id) });
