// All health checks of the account: create, update, delete, ask for their status.

import {
  calculatedStatusOf,
  healthCheckProblem,
  statusOf,
  type HealthCheckConfig,
} from '../core/health-check.ts';
import { compareText } from '../core/names.ts';
import { ServiceError } from '../core/service-error.ts';
import { startCheckers, type Checkers, type CheckerSettings, type Observation } from './checker.ts';

/** Developer Guide, "Quotas on health checks". */
export const healthChecksMax = 200;

export interface HealthCheck {
  readonly id: string;
  readonly callerReference: string;
  readonly config: HealthCheckConfig;
  readonly version: number;
}

interface Running extends HealthCheck {
  readonly checkers: Checkers;
}

export class HealthChecks {
  readonly #settings: CheckerSettings;
  readonly #running = new Map<string, Running>();
  /** References outlive their checks: "regardless of the settings, Route 53 returns a HealthCheckAlreadyExists error". */
  readonly #callerReferences = new Map<string, string>();

  constructor(settings: CheckerSettings) {
    this.#settings = settings;
  }

  get(id: string): HealthCheck {
    return this.#find(id);
  }

  list(): HealthCheck[] {
    return [...this.#running.values()].sort((a, b) => compareText(a.id, b.id));
  }

  exists(id: string): boolean {
    return this.#running.has(id);
  }

  /** A check that is gone no longer holds a record back ("the future status ... cannot be predicted", DeleteHealthCheck). */
  isHealthy(id: string): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return true;
    const { config, checkers } = running;
    if (config.type !== 'CALCULATED') return statusOf(config, checkers.opinions());
    const { children = [] } = config;
    return calculatedStatusOf(config, children.filter((child) => this.isHealthy(child)).length);
  }

  observations(id: string): readonly Observation[] {
    return this.#find(id).checkers.observations();
  }

  lastFailures(id: string): readonly Observation[] {
    return this.#find(id).checkers.lastFailures();
  }

  /** The same reference with the same settings gives the check that is there already. */
  create(id: string, callerReference: string, config: HealthCheckConfig): HealthCheck {
    this.#validated(config);
    const earlierId = this.#callerReferences.get(callerReference);
    if (earlierId !== undefined) {
      const earlier = this.#running.get(earlierId);
      if (earlier !== undefined && JSON.stringify(earlier.config) === JSON.stringify(config))
        return earlier;
      throw new ServiceError(
        'HealthCheckAlreadyExists',
        `A health check has already been created with the specified caller reference: ${callerReference}`,
      );
    }
    if (this.#running.size >= healthChecksMax)
      throw new ServiceError('TooManyHealthChecks', `Limits exceeded: ${healthChecksMax} checks.`);
    this.#callerReferences.set(callerReference, id);
    return this.#run({ id, callerReference, config, version: 1 });
  }

  update(id: string, version: number | null, change: Partial<HealthCheckConfig>): HealthCheck {
    const { checkers, ...check } = this.#find(id);
    if (version !== null && version !== check.version)
      throw new ServiceError(
        'HealthCheckVersionMismatch',
        `The health check ${id} has version ${check.version}, not ${version}`,
      );
    const config = this.#validated({ ...check.config, ...change });
    checkers.stop();
    return this.#run({ ...check, config, version: check.version + 1 });
  }

  delete(id: string): void {
    this.#find(id).checkers.stop();
    this.#running.delete(id);
  }

  stop(): void {
    for (const { checkers } of this.#running.values()) checkers.stop();
  }

  #validated(config: HealthCheckConfig): HealthCheckConfig {
    const problem = healthCheckProblem(config) ?? this.#childProblem(config);
    if (problem !== null) throw new ServiceError('InvalidInput', problem);
    return config;
  }

  /** Only endpoints are counted here, so that no check can come to depend on itself. */
  #childProblem({ children = [] }: HealthCheckConfig): string | null {
    const wrong = children.find((id) => {
      const child = this.#running.get(id);
      return child === undefined || child.config.type === 'CALCULATED';
    });
    return wrong === undefined
      ? null
      : `Invalid parameter: ChildHealthCheck '${wrong}' is no check of an endpoint`;
  }

  #find(id: string): Running {
    const running = this.#running.get(id);
    if (running === undefined)
      throw new ServiceError(
        'NoSuchHealthCheck',
        `No health check exists with the specified ID: ${id}`,
      );
    return running;
  }

  #run(check: HealthCheck): HealthCheck {
    this.#running.set(check.id, {
      ...check,
      checkers: startCheckers(check.config, this.#settings),
    });
    return check;
  }
}
