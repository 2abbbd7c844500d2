// That every resource says whose it is, as far as its cloud has a place for that.
import { all, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { blocksAt, isAll, isBody, isSet } from '../stack-facts.ts';
import type { Body, Resource, StackFacts } from '../stack-facts.ts';

const required = ['project', 'environment', 'owner'] as const;

const attributes = ['tags', 'labels', 'user_labels'] as const;

const missingIn = (tags: Body) => required.filter((name) => !isSet(tags, name));

function defaultsFor({ type, body }: Resource, { defaultTags }: StackFacts): Body {
  const [cloud = ''] = type.split('_');
  return defaultTags[typeof body['provider'] === 'string' ? body['provider'] : cloud] ?? {};
}

const ownTags = (body: Body): Body =>
  Object.assign({}, ...attributes.map((name) => body[name]).filter(isBody)) as Body;

const carriesTags: Judge = (resource, facts) => {
  const { tagging, body } = resource;
  if (tagging === 'none') return [];
  const tags =
    tagging === 'defaulted' ? { ...defaultsFor(resource, facts), ...ownTags(body) } : ownTags(body);
  const missing = missingIn(tags);
  return missing.length > 0 ? [`has no ${missing.join(', ')} among its tags`] : [];
};

/** Default tags reach the template, not what is launched from it. */
const launchedTags = unless('launches machines or disks without tags', ({ body }) =>
  ['instance', 'volume'].every((kind) =>
    blocksAt(body, 'tag_specifications').some(
      ({ resource_type: type, tags }) =>
        type === kind && isBody(tags) && missingIn(tags).length === 0,
    ),
  ),
);

/** The group's own tags are blocks, which default tags do not reach. */
const groupTags = unless('has no tags', ({ body }) => {
  const keys = blocksAt(body, 'tag').map(({ key }) => String(key));
  return required.every((name) => keys.includes(name));
});

export const tagsRule = rule({
  id: 'tags',
  what: `Every resource that can carry tags has ${required.join(', ')}`,
  why: 'Costs are split and incidents are routed by them, and what nobody owns is never removed',
  remedy: 'Take them from tagsOf in stacks/tags.ts',
  judges: {
    '*': carriesTags,
    aws_launch_template: launchedTags,
    aws_autoscaling_group: groupTags,
    aws_ecs_service: all(
      unless(
        'starts tasks without tags',
        ({ body }) =>
          isAll(body, 'propagate_tags', 'SERVICE') ||
          isAll(body, 'propagate_tags', 'TASK_DEFINITION'),
      ),
    ),
  },
});
