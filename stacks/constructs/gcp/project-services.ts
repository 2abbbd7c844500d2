// The APIs of Google Cloud that a stack uses, switched on in its project before anything of theirs is made.
import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import { Construct } from 'constructs';

export class ProjectServices<Name extends string> extends Construct {
  private readonly services: ReadonlyMap<Name, ProjectService>;

  constructor(scope: Construct, id: string, names: readonly Name[]) {
    super(scope, id);
    this.services = new Map(names.map((name) => [name, this.enabled(name)]));
  }

  /**
   * For `dependsOn`. One each, so that a new API in the list defers nothing that is there already: a deferred data source would
   * have its readers replaced.
   */
  of(name: Name): ProjectService[] {
    const service = this.services.get(name);
    return service === undefined ? [] : [service];
  }

  private enabled(name: Name): ProjectService {
    return new ProjectService(this, name, {
      service: `${name}.googleapis.com`,
      // Other stacks of the same project need them too.
      disableOnDestroy: false,
    });
  }
}
