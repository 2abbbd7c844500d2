// What every operation of the API has at hand, and the shapes of a request and its reply.

import type { HealthChecks } from '../checks/health-checks.ts';
import type { Account, Moment } from '../core/account.ts';
import type { ChangeInfo } from '../core/account.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Zone } from '../core/zone.ts';
import type { Resolution } from '../dns/resolve.ts';
import { elements, type XmlNode } from './xml.ts';

export interface Service {
  readonly account: Account;
  readonly healthChecks: HealthChecks;
  readonly moment: () => Moment;
  /** Upper-case letters and digits, as zone and change ids are. */
  readonly newId: (prefix: 'Z' | 'C') => string;
  readonly newHealthCheckId: () => string;
  /** As name servers would answer now. */
  readonly answer: (question: {
    readonly name: string;
    readonly type: string;
    readonly address: string;
  }) => Resolution;
}

export interface ApiRequest {
  /** The parts of the path that stand for ids, in order. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface ApiReply {
  readonly status: 200 | 201;
  readonly root: string;
  readonly content: XmlNode;
  /** Path of what was created. */
  readonly location?: string;
}

export type Operation = (service: Service, request: ApiRequest) => ApiReply;

export const idOf = ({ ids }: ApiRequest): string => ids[0] ?? '';

/** `maxitems`, at most `max`: asking for more gives `max`, asking for what is no number is refused. */
export function maxItemsOf({ query }: ApiRequest, max: number): number {
  const text = query.get('maxitems');
  if (text === null) return max;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
    throw new ServiceError('InvalidInput', `Invalid parameter: maxitems '${text}'`);
  return Math.min(Number(text), max);
}

export const changeInfoXml = ({ id, status, submittedAt, comment }: ChangeInfo): XmlNode =>
  elements({
    Id: `/change/${id}`,
    Status: status,
    SubmittedAt: submittedAt.toISOString(),
    Comment: comment === '' ? undefined : comment,
  });

export const inZoneXmlId = (zone: Zone): string => `/hostedzone/${zone.id}`;
