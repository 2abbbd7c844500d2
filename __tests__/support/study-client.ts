// A client that posts studies to the test app.
import type { InjectOptions } from 'fastify';
import { formRequest, imagePart, modelPart } from './form.ts';
import type { FormPart } from './form.ts';
import { testApp } from './test-app.ts';
import type { TestAppOptions } from './test-app.ts';

export const film = Uint8Array.of(90, 1, 2, 3);
export const goodForm = [imagePart(film), modelPart('chest-test')];

export async function studyClient(options: TestAppOptions = {}) {
  const made = await testApp(options);
  const post = async (parts: readonly FormPart[], headers: Record<string, string> = {}) => {
    const form = formRequest(parts);
    return inject({ ...form, headers: { ...form.headers, ...headers } });
  };
  const inject = (request: InjectOptions) =>
    made.app.inject({ method: 'POST', url: '/v1/studies', ...request });
  return { ...made, post, inject };
}
