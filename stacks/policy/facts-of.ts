// The facts of a stack, from its constructs and from the JSON they became.
import { TerraformDataSource, TerraformResource } from 'cdktf';
import type { FleetStack } from '../fleet-stack.ts';
import { blocksAt, isBody } from './stack-facts.ts';
import type { Body, Resource, StackFacts, Tagging } from './stack-facts.ts';

export function factsOf(stack: FleetStack, json: Body): StackFacts {
  const resources = stack.node.findAll().flatMap((construct) => resourceOf(construct, json));
  return {
    stack: stack.id,
    protectsData: stack.fleet.estate.protectsData,
    resources,
    environment: resources,
    defaultTags: defaultTagsIn(json),
  };
}

function resourceOf(construct: object, json: Body): readonly Resource[] {
  const kind =
    construct instanceof TerraformResource
      ? 'resource'
      : construct instanceof TerraformDataSource
        ? 'data'
        : undefined;
  if (kind === undefined) return [];
  const element = construct as TerraformResource | TerraformDataSource;
  const { terraformResourceType: type, friendlyUniqueId: name } = element;
  return blocksAt(json, `${kind}.${type}.${name}`).map((body) => ({
    kind,
    type,
    name,
    path: element.node.path,
    body,
    tagging: kind === 'data' ? 'none' : taggingOf(construct, type),
  }));
}

/** The generated classes show it: `tagsAll` and `terraformLabels` exist where the provider's defaults arrive. */
function taggingOf(construct: object, type: string): Tagging {
  // In Google Cloud, `tags` are names that firewalls go by.
  const own = type.startsWith('google_') ? ['labels', 'userLabels'] : ['tags'];
  if (!own.some((name) => `${name}Input` in construct)) return 'none';
  return 'tagsAll' in construct || 'terraformLabels' in construct ? 'defaulted' : 'own';
}

function defaultTagsIn(json: Body): Readonly<Record<string, Body>> {
  const providers = isBody(json['provider']) ? Object.keys(json['provider']) : [];
  return Object.fromEntries(
    providers.flatMap((name) =>
      blocksAt(json, `provider.${name}`).map((settings) => [
        typeof settings['alias'] === 'string' ? `${name}.${settings['alias']}` : name,
        blocksAt(settings, 'default_tags.tags')[0] ?? blocksAt(settings, 'default_labels')[0] ?? {},
      ]),
    ),
  );
}
