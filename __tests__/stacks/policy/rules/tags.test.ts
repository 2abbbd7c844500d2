import { describe, expect, test } from '@jest/globals';
import { tagsRule } from '../../../../stacks/policy/rules/tags.ts';
import { findings } from '../../../support/policy-facts.ts';

const tags = { project: 'evenkeel', environment: 'qa', owner: 'platform' };

describe('tags', () => {
  test('come from the provider where it has default ones', () => {
    const vpc = { aws_vpc: { a: {} } };
    expect(findings(tagsRule, vpc, { tagging: 'defaulted', defaultTags: { aws: tags } })).toEqual(
      [],
    );
    expect(findings(tagsRule, vpc, { tagging: 'defaulted' })).toEqual([
      'a: has no project, environment, owner among its tags',
    ]);
  });

  test('come from the provider that a resource names, not from another', () => {
    const vpc = { aws_vpc: { a: { provider: 'aws.replica' } } };
    const given = { tagging: 'defaulted', defaultTags: { aws: tags } } as const;
    expect(findings(tagsRule, vpc, given)).toHaveLength(1);
    expect(findings(tagsRule, vpc, { ...given, defaultTags: { 'aws.replica': tags } })).toEqual([]);
  });

  test('must be its own where no default reaches', () => {
    const given = { tagging: 'own', defaultTags: { azurerm: tags } } as const;
    expect(findings(tagsRule, { azurerm_lb: { a: { tags } } }, given)).toEqual([]);
    expect(
      findings(
        tagsRule,
        { azurerm_lb: { a: { tags: { project: 'evenkeel', owner: 'x' } } } },
        given,
      ),
    ).toEqual(['a: has no environment among its tags']);
  });

  test('are not asked of what cannot carry any', () =>
    expect(findings(tagsRule, { aws_route_table_association: { a: {} } })).toEqual([]));

  test('reach machines and disks through their template, and the group through its own', () => {
    const specified = ['instance', 'volume'].map((resource_type) => ({ resource_type, tags }));
    const groupTags = Object.entries(tags).map(([key, value]) => ({ key, value }));
    expect(
      findings(tagsRule, {
        aws_launch_template: { a: { tag_specifications: specified } },
        aws_autoscaling_group: { a: { tag: groupTags } },
        aws_ecs_service: { a: { propagate_tags: 'SERVICE' } },
      }),
    ).toEqual([]);
    expect(
      findings(tagsRule, {
        aws_launch_template: { a: { tag_specifications: specified.slice(0, 1) } },
        aws_autoscaling_group: { b: { tag: groupTags.slice(1) } },
        aws_ecs_service: { c: {} },
      }),
    ).toHaveLength(3);
  });
});
