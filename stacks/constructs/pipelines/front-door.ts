// The pipelines' one address: an HTTP API that checks tokens, throttles each route, notes each call, and asks the front.
import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { Apigatewayv2ApiMapping } from '@cdktf/provider-aws/lib/apigatewayv2-api-mapping/index.js';
import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js';
import { Apigatewayv2DomainName } from '@cdktf/provider-aws/lib/apigatewayv2-domain-name/index.js';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import { scopes } from './client-pool.ts';
import type { ClientPool } from './client-pool.ts';
import type { PipelineFunction } from './pipeline-function.ts';
import type { PipelinePlace } from './pipeline-place.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly host: string;
  readonly zoneId: string;
  readonly certificateArn: string;
  readonly clients: ClientPool;
  readonly front: PipelineFunction;
}

interface RouteRule {
  readonly key: string;
  /** A token with any one of these; none: no token, because it is where tokens come from. */
  readonly scopes: readonly string[];
  readonly perSecond: number;
  readonly burst: number;
}

/** The seed of this service is one structured request a minute and one batch an hour: ample for that, little for a flood. */
const routes: readonly RouteRule[] = [
  { key: 'POST /auth', scopes: [], perSecond: 5, burst: 10 },
  { key: 'POST /v1/structured', scopes: [scopes.structured], perSecond: 20, burst: 40 },
  { key: 'POST /v1/uploads', scopes: [scopes.imageBatch], perSecond: 5, burst: 10 },
  { key: 'POST /v1/image-batch', scopes: [scopes.imageBatch], perSecond: 2, burst: 5 },
  {
    key: 'GET /v1/jobs/{id}',
    scopes: [scopes.imageBatch, scopes.activeLearning],
    perSecond: 20,
    burst: 40,
  },
  { key: 'POST /v1/active-learning', scopes: [scopes.activeLearning], perSecond: 1, burst: 2 },
];

/** API Gateway gives up on an integration after 30 s at the latest. */
const integrationMsMax = 29_000;

export class FrontDoor extends Construct {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place, front } = props;
    const name = nameOf.aws(place.fleet, 'pipelines');
    const api = new Apigatewayv2Api(this, 'api', {
      name,
      protocolType: 'HTTP',
      description: 'The pipelines: structured data, image batches, active learning',
      // Only by the name that the certificate is for.
      disableExecuteApiEndpoint: true,
    });
    const integration = new Apigatewayv2Integration(this, 'front', {
      apiId: api.id,
      integrationType: 'AWS_PROXY',
      integrationUri: front.alias.invokeArn,
      payloadFormatVersion: '2.0',
      timeoutMilliseconds: integrationMsMax,
    });
    new LambdaPermission(this, 'may-ask', {
      statementId: 'api',
      action: 'lambda:InvokeFunction',
      functionName: front.name,
      qualifier: front.alias.name,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${api.executionArn}/*/*`,
    });
    const made = this.routes(api, integration, this.authorizer(api, props.clients));
    this.publishAt(props, this.stage(api, made, props));
  }

  private authorizer(api: Apigatewayv2Api, clients: ClientPool): Apigatewayv2Authorizer {
    return new Apigatewayv2Authorizer(this, 'tokens', {
      apiId: api.id,
      name: 'tokens',
      authorizerType: 'JWT',
      identitySources: ['$request.header.Authorization'],
      // Client-credentials tokens have no `aud`; API Gateway then compares `client_id`.
      jwtConfiguration: { issuer: clients.issuer, audience: Object.values(clients.clientIds) },
    });
  }

  private routes(
    api: Apigatewayv2Api,
    integration: Apigatewayv2Integration,
    authorizer: Apigatewayv2Authorizer,
  ): readonly Apigatewayv2Route[] {
    return routes.map(
      ({ key, scopes: needed }) =>
        new Apigatewayv2Route(this, key.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase(), {
          apiId: api.id,
          routeKey: key,
          target: `integrations/${integration.id}`,
          ...(needed.length === 0
            ? { authorizationType: 'NONE' }
            : {
                authorizationType: 'JWT',
                authorizerId: authorizer.id,
                authorizationScopes: [...needed],
              }),
        }),
    );
  }

  private stage(
    api: Apigatewayv2Api,
    made: readonly Apigatewayv2Route[],
    { place }: Props,
  ): Apigatewayv2Stage {
    const log = logGroup(this, 'access', {
      // The prefix keeps the log service's own policy within its size limit.
      name: `/aws/vendedlogs/${nameOf.aws(place.fleet, 'pipelines')}`,
      keyArn: place.keyArn,
      retentionDays: place.fleet.estate.logRetentionDays,
    });
    return new Apigatewayv2Stage(this, 'stage', {
      apiId: api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.arn, format: JSON.stringify(accessLine) },
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        throttlingRateLimit: 10,
        throttlingBurstLimit: 20,
      },
      routeSettings: routes.map(({ key, perSecond, burst }) => ({
        routeKey: key,
        detailedMetricsEnabled: true,
        throttlingRateLimit: perSecond,
        throttlingBurstLimit: burst,
      })),
      // Settings of a route that is not there yet are refused.
      dependsOn: [...made],
    });
  }

  private publishAt({ host, certificateArn, zoneId }: Props, stage: Apigatewayv2Stage): void {
    const domain = new Apigatewayv2DomainName(this, 'domain', {
      domainName: host,
      domainNameConfiguration: {
        certificateArn,
        endpointType: 'REGIONAL',
        securityPolicy: 'TLS_1_2',
      },
    });
    new Apigatewayv2ApiMapping(this, 'mapping', {
      apiId: stage.apiId,
      domainName: domain.domainName,
      stage: stage.name,
    });
    new Route53Record(this, 'name', {
      zoneId,
      name: host,
      type: 'A',
      alias: {
        name: domain.domainNameConfiguration.targetDomainName,
        zoneId: domain.domainNameConfiguration.hostedZoneId,
        evaluateTargetHealth: false,
      },
    });
  }
}

/** The route and never the path or the query: these name jobs. */
const accessLine = {
  at: '$context.requestTime',
  request: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  client: '$context.authorizer.claims.client_id',
  refusal: '$context.authorizer.error',
  from: '$context.identity.sourceIp',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
};
