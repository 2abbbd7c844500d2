// Operations on health checks and their status.

import type { Observation } from '../checks/checker.ts';
import type { HealthCheck } from '../checks/health-checks.ts';
import { checkTypes, type CheckType, type HealthCheckConfig } from '../core/health-check.ts';
import { compareText } from '../core/names.ts';
import { ServiceError } from '../core/service-error.ts';
import { idOf, maxItemsOf, type ApiReply, type Operation } from './service.ts';
import { childOf, elements, listOf, parseXml, textOf, type XmlNode } from './xml.ts';

const checksPerPageMax = 100;
const callerReferenceLengthMax = 64;

function wholeNumber(node: XmlNode, element: string): number | undefined {
  const text = textOf(node, element);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new ServiceError('InvalidInput', `Invalid parameter: ${element} '${text}'`);
  return Number(text);
}

function flag(node: XmlNode, element: string): boolean | undefined {
  const text = textOf(node, element);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false')
    throw new ServiceError('InvalidInput', `Invalid parameter: ${element} '${text}'`);
  return text === 'true';
}

const textsOf = (node: XmlNode, outer: string, inner: string): readonly string[] | undefined =>
  listOf(node, outer, inner)?.map((text) => (typeof text === 'string' ? text : ''));

type Settable = Omit<HealthCheckConfig, 'type' | 'requestIntervalSeconds' | 'measureLatency'>;

/** The members that both creating and updating may carry, those absent left out. */
function settableOf(node: XmlNode): Partial<Settable> {
  const members: { [K in keyof Settable]: Settable[K] | undefined } = {
    ipAddress: textOf(node, 'IPAddress'),
    domainName: textOf(node, 'FullyQualifiedDomainName'),
    port: wholeNumber(node, 'Port'),
    resourcePath: textOf(node, 'ResourcePath'),
    searchString: textOf(node, 'SearchString'),
    failureThreshold: wholeNumber(node, 'FailureThreshold'),
    inverted: flag(node, 'Inverted'),
    disabled: flag(node, 'Disabled'),
    enableSni: flag(node, 'EnableSNI'),
    regions: textsOf(node, 'Regions', 'Region'),
    children: textsOf(node, 'ChildHealthChecks', 'ChildHealthCheck'),
    healthThreshold: wholeNumber(node, 'HealthThreshold'),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function typeOf(node: XmlNode): CheckType {
  const text = textOf(node, 'Type');
  const type = checkTypes.find((known) => known === text);
  if (type === undefined)
    throw new ServiceError(
      'InvalidInput',
      `Invalid parameter: Type '${text ?? ''}' is not one the local Route 53 models: ${checkTypes.join(', ')}`,
    );
  return type;
}

function intervalOf(node: XmlNode): 10 | 30 {
  const seconds = wholeNumber(node, 'RequestInterval') ?? 30;
  if (seconds !== 10 && seconds !== 30)
    throw new ServiceError('InvalidInput', 'Invalid parameter: RequestInterval must be 10 or 30');
  return seconds;
}

function configOf(node: XmlNode): HealthCheckConfig {
  const type = typeOf(node);
  if (type === 'CALCULATED' && childOf(node, 'RequestInterval') !== undefined)
    throw new ServiceError('InvalidInput', 'Invalid parameter: RequestInterval');
  const settable = settableOf(node);
  if (type === 'TCP' && settable.port === undefined)
    throw new ServiceError('InvalidInput', 'Invalid parameter: Port is required for TCP');
  return {
    port: type.startsWith('HTTPS') ? 443 : 80,
    failureThreshold: 3,
    inverted: false,
    disabled: false,
    enableSni: type.startsWith('HTTPS'),
    regions: [],
    ...settable,
    type,
    requestIntervalSeconds: intervalOf(node),
    measureLatency: flag(node, 'MeasureLatency') ?? false,
  };
}

const configXml = (config: HealthCheckConfig): XmlNode =>
  config.type === 'CALCULATED' ? calculatedXml(config) : endpointXml(config);

const calculatedXml = (config: HealthCheckConfig): XmlNode =>
  elements({
    Type: config.type,
    Inverted: String(config.inverted),
    Disabled: String(config.disabled),
    HealthThreshold: String(config.healthThreshold ?? 0),
    ChildHealthChecks: { ChildHealthCheck: [...(config.children ?? [])] },
  });

const endpointXml = (config: HealthCheckConfig): XmlNode =>
  elements({
    IPAddress: config.ipAddress,
    Port: String(config.port),
    Type: config.type,
    ResourcePath: config.resourcePath,
    FullyQualifiedDomainName: config.domainName,
    SearchString: config.searchString,
    RequestInterval: String(config.requestIntervalSeconds),
    FailureThreshold: String(config.failureThreshold),
    MeasureLatency: String(config.measureLatency),
    Inverted: String(config.inverted),
    Disabled: String(config.disabled),
    EnableSNI: String(config.enableSni),
    Regions: config.regions.length === 0 ? undefined : { Region: [...config.regions] },
  });

const checkXml = ({ id, callerReference, config, version }: HealthCheck): XmlNode => ({
  Id: id,
  CallerReference: callerReference,
  HealthCheckConfig: configXml(config),
  HealthCheckVersion: String(version),
});

export const createHealthCheck: Operation = (service, { body }) => {
  const root = parseXml(body, 'CreateHealthCheckRequest');
  const callerReference = textOf(root, 'CallerReference') ?? '';
  if (callerReference === '' || callerReference.length > callerReferenceLengthMax)
    throw new ServiceError('InvalidInput', 'CallerReference must have 1 to 64 characters');
  const config = configOf(childOf(root, 'HealthCheckConfig') ?? '');
  const check = service.healthChecks.create(service.newHealthCheckId(), callerReference, config);
  return {
    status: 201,
    root: 'CreateHealthCheckResponse',
    location: `/healthcheck/${check.id}`,
    content: { HealthCheck: checkXml(check) },
  };
};

export const getHealthCheck: Operation = ({ healthChecks }, request) => ({
  status: 200,
  root: 'GetHealthCheckResponse',
  content: { HealthCheck: checkXml(healthChecks.get(idOf(request))) },
});

const resettable: Readonly<Record<string, keyof HealthCheckConfig>> = {
  FullyQualifiedDomainName: 'domainName',
  Regions: 'regions',
  ChildHealthChecks: 'children',
  ResourcePath: 'resourcePath',
};

export const updateHealthCheck: Operation = ({ healthChecks }, request) => {
  const root = parseXml(request.body, 'UpdateHealthCheckRequest');
  const reset = (listOf(root, 'ResetElements', 'ResettableElementName') ?? []).map((element) => {
    const member = typeof element === 'string' ? resettable[element] : undefined;
    if (member === undefined)
      throw new ServiceError('InvalidInput', 'Invalid parameter: ResetElements');
    return [member, member === 'regions' || member === 'children' ? [] : undefined] as const;
  });
  const check = healthChecks.update(
    idOf(request),
    wholeNumber(root, 'HealthCheckVersion') ?? null,
    {
      ...settableOf(root),
      ...Object.fromEntries(reset),
    },
  );
  return {
    status: 200,
    root: 'UpdateHealthCheckResponse',
    content: { HealthCheck: checkXml(check) },
  };
};

export const deleteHealthCheck: Operation = ({ healthChecks }, request) => {
  healthChecks.delete(idOf(request));
  return { status: 200, root: 'DeleteHealthCheckResponse', content: {} };
};

export const listHealthChecks: Operation = ({ healthChecks }, request) => {
  const maxItems = maxItemsOf(request, checksPerPageMax);
  const marker = request.query.get('marker');
  const from = healthChecks
    .list()
    .filter(({ id }) => marker === null || compareText(id, marker) >= 0);
  const next = from[maxItems];
  return {
    status: 200,
    root: 'ListHealthChecksResponse',
    content: elements({
      HealthChecks: { HealthCheck: from.slice(0, maxItems).map(checkXml) },
      Marker: marker ?? '',
      IsTruncated: String(next !== undefined),
      NextMarker: next?.id,
      MaxItems: String(maxItems),
    }),
  };
};

const observationsReply = (root: string, observations: readonly Observation[]): ApiReply => ({
  status: 200,
  root,
  content: {
    HealthCheckObservations: {
      HealthCheckObservation: observations.map(({ region, report, checkedAt }) => ({
        Region: region,
        // All checkers live on this machine.
        IPAddress: '127.0.0.1',
        StatusReport: { Status: report, CheckedTime: checkedAt.toISOString() },
      })),
    },
  },
});

export const getHealthCheckStatus: Operation = ({ healthChecks }, request) =>
  observationsReply('GetHealthCheckStatusResponse', healthChecks.observations(idOf(request)));

export const getHealthCheckLastFailureReason: Operation = ({ healthChecks }, request) =>
  observationsReply(
    'GetHealthCheckLastFailureReasonResponse',
    healthChecks.lastFailures(idOf(request)),
  );
