// What the API answers when it refuses: Route 53's error code, its HTTP status and its message.

export type ServiceErrorCode =
  | 'AccessDenied'
  | 'HealthCheckAlreadyExists'
  | 'HealthCheckVersionMismatch'
  | 'HostedZoneAlreadyExists'
  | 'HostedZoneNotEmpty'
  | 'InvalidArgument'
  | 'InvalidChangeBatch'
  | 'InvalidDomainName'
  | 'InvalidInput'
  | 'MalformedInput'
  | 'MissingAuthenticationToken'
  | 'NoSuchChange'
  | 'NoSuchHealthCheck'
  | 'NoSuchHostedZone'
  | 'PriorRequestNotComplete'
  | 'RequestEntityTooLarge'
  | 'Throttling'
  | 'TooManyHealthChecks'
  | 'TooManyHostedZones'
  | 'UnknownOperationException';

// Everything else is 400, throttling included (API Reference, "Errors" of each action).
const statusOf: Partial<Record<ServiceErrorCode, number>> = {
  HealthCheckAlreadyExists: 409,
  HealthCheckVersionMismatch: 409,
  HostedZoneAlreadyExists: 409,
  MissingAuthenticationToken: 403,
  NoSuchChange: 404,
  NoSuchHealthCheck: 404,
  NoSuchHostedZone: 404,
  RequestEntityTooLarge: 413,
  UnknownOperationException: 404,
};

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly status: number;

  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = statusOf[code] ?? 400;
  }
}

/** By name, because under Jest errors cross realms. */
export const isServiceError = (error: unknown): error is ServiceError =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'ServiceError';
