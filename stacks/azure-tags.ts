// Tags each Azure resource that can carry tags, because this provider has no default ones.
import { Aspects } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { FleetStack } from './fleet-stack.ts';
import { tagsOf } from './tags.ts';

interface Taggable {
  readonly tagsInput?: Record<string, string>;
  tags: Record<string, string>;
}

const isTaggable = (construct: object): construct is Taggable =>
  'tagsInput' in construct && 'tags' in construct;

export function tagAzureResources(stack: FleetStack): void {
  const tags = tagsOf(stack.fleet, stack.id);
  Aspects.of(stack).add({
    visit(node: IConstruct) {
      if (isTaggable(node)) node.tags = { ...tags, ...node.tagsInput };
    },
  });
}
