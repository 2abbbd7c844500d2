import { expect, test } from '@jest/globals';
import { Fn, TerraformOutput, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import {
  base64Template,
  literalTemplate,
  quotableTemplate,
  textOf,
} from '../../../stacks/constructs/terraform-text.ts';
import { testingApp } from '../../support/synthesized.ts';

/** What stands in the Terraform JSON for a value made with `reference`, a variable. */
function synthesized(make: (reference: string) => string): string {
  const stack = new TerraformStack(testingApp(), 'text');
  const { stringValue } = new TerraformVariable(stack, 'v', { type: 'string' });
  const { friendlyUniqueId } = new TerraformOutput(stack, 'out', { value: make(stringValue) });
  const { output } = JSON.parse(Testing.synth(stack)) as {
    readonly output: Readonly<Record<string, { readonly value: string }>>;
  };
  return output[friendlyUniqueId]?.value ?? '';
}

test('what a shell expands is no reference to Terraform', () => {
  expect(literalTemplate('echo "${HOME%/}" %{x} $HOME')).toBe('echo "$${HOME%/}" %%{x} $HOME');
});

test('text that Terraform has no spelling for is refused', () => {
  expect(() => literalTemplate('echo $${x}')).toThrow('no unambiguous spelling');
});

test.each([
  ['plain $x 100%', 'plain $x 100%'],
  ['$${HOME} %%{if}', '${HOME} %{if}'],
])('%s yields %s without Terraform', (template, text) => {
  expect(textOf(template)).toBe(text);
});

test.each(['${aws_vpc.main.id}', 'a%{ if true }b%{ endif }', '$${a} ${b}'])(
  'what %s yields, only Terraform knows',
  (template) => {
    expect(textOf(template)).toBeNull();
  },
);

test('a template stands as it is where it is a value, and quoted where it is an argument', () => {
  const script = (v: string) => `${literalTemplate('echo "${a}" \\\n\t')}'${v}'`;
  expect(synthesized((v) => quotableTemplate(script(v)))).toBe('echo "$${a}" \\\n\t\'${var.v}\'');
  expect(synthesized((v) => Fn.base64encode(quotableTemplate(script(v))))).toBe(
    '${base64encode("echo \\"$${a}\\" \\\\\\n\\t\'${var.v}\'")}',
  );
});

test('references keep their own quotes, however deep they stand', () => {
  const member = '${lookup(var.m, "a}\\"${upper("b")}", "")}';
  const template = `"${member}"`;
  expect(synthesized(() => Fn.base64encode(quotableTemplate(template)))).toBe(
    `\${base64encode("\\"${member}\\"")}`,
  );
});

test('base64 of references is left to Terraform, inside other text too', () => {
  const text = (v: string) => quotableTemplate(`x='${base64Template(`{"v":"${v}"}`)}'`);
  const call = 'base64encode("{\\"v\\":\\"${var.v}\\"}")';
  expect(synthesized(text)).toBe(`x='\${${call}}'`);
  expect(synthesized((v) => Fn.base64encode(text(v)))).toBe(`\${base64encode("x='\${${call}}'")}`);
});

test.each(['${a', '${"a}', '${"a'])(
  'an expression that never ends, like %s, is refused',
  (template) => {
    expect(() => synthesized(() => Fn.base64encode(quotableTemplate(template)))).toThrow(
      'never closed',
    );
  },
);
