// The pipelines' front door as it would be built: who is let in to what, how often, and what is noted of it.
import { expect, test } from '@jest/globals';
import { primaryOf } from '../../fleet/fleet.ts';
import { PipelinesStack } from '../../stacks/pipelines.ts';
import { production } from '../support/fleets.ts';
import { theOnly, valueAt } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const json = synthesizedStack((app) => new PipelinesStack(app, production, primaryOf(production)));

const routes = resourcesOf(json, 'aws_apigatewayv2_route');

test('asks for a token everywhere but where tokens come from', () => {
  const open = routes.filter((route) => route['authorization_type'] !== 'JWT');
  expect(open.map((route) => route['route_key'])).toEqual(['POST /auth']);
  for (const route of routes.filter((one) => !open.includes(one)))
    expect(route['authorization_scopes']).toEqual(
      expect.arrayContaining([expect.stringMatching(/^pipelines\//)]),
    );
});

test.each([
  ['POST /v1/structured', ['pipelines/structured']],
  ['POST /v1/image-batch', ['pipelines/image-batch']],
  ['POST /v1/active-learning', ['pipelines/active-learning']],
  ['GET /v1/jobs/{id}', ['pipelines/image-batch', 'pipelines/active-learning']],
])('lets a call of %s in with the scope of its work only', (key, scopes) => {
  const route = routes.find((one) => one['route_key'] === key);
  expect(route?.['authorization_scopes']).toEqual(scopes);
});

test('lets only those train who were given that scope', () => {
  const clients = resourcesOf(json, 'aws_cognito_user_pool_client');
  const trainers = clients.filter((client) =>
    (client['allowed_oauth_scopes'] as string[]).includes('pipelines/active-learning'),
  );
  expect(clients).toHaveLength(2);
  expect(trainers).toHaveLength(1);
  for (const client of clients)
    expect(client['allowed_oauth_flows']).toEqual(['client_credentials']);
});

test('throttles every route', () => {
  const settings = theOnly(json, 'aws_apigatewayv2_stage')['route_settings'] as readonly {
    readonly route_key: string;
    readonly throttling_rate_limit: number;
  }[];
  expect(settings.map((one) => one.route_key).sort()).toEqual(
    routes.map((route) => String(route['route_key'])).sort(),
  );
  for (const { throttling_rate_limit: limit } of settings) expect(limit).toBeLessThanOrEqual(20);
});

test('is reached by its own name only', () => {
  expect(theOnly(json, 'aws_apigatewayv2_api')['disable_execute_api_endpoint']).toBe(true);
  expect(theOnly(json, 'aws_apigatewayv2_domain_name')['domain_name']).toBe(
    `pipelines.${production.zone}`,
  );
});

test('notes the route of a call, never its path or its query', () => {
  const format = String(
    valueAt(theOnly(json, 'aws_apigatewayv2_stage'), 'access_log_settings', 'format'),
  );
  expect(format).toContain('$context.routeKey');
  expect(format).not.toMatch(/\$context\.(path|rawPath|requestOverride|queryString)/);
});
