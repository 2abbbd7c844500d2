# The emulator moto, mended where it differs from AWS in what our stacks do and the provider would fail or try again for minutes.
import copy
import json
import sys

from moto import server
from moto.apigatewayv2.models import DomainName
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.budgets.responses import BudgetsResponse
from moto.cloudtrail.models import CloudTrailBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import EmptyResult
from moto.emrserverless import models as emr_serverless
from moto.route53.exceptions import InvalidInput
from moto.route53.models import Route53Backend
from moto.s3.models import FakeBucket
from moto.sqs.models import Queue
from moto.stepfunctions.responses import StepFunctionResponse


def always(answer):
    return lambda self: json.dumps(answer)


# Calls that it lacks.
BudgetsResponse.list_tags_for_resource = always({"ResourceTags": []})
BudgetsResponse.describe_subscribers_for_notification = always({"Subscribers": []})
ApplicationAutoScalingResponse.list_tags_for_resource = always({"Tags": {}})
# AWS judges a definition when it is planned; here __tests__/stacks/pipelines-spark.test.ts does.
StepFunctionResponse.list_state_machine_versions = always({"stateMachineVersions": []})
StepFunctionResponse.validate_state_machine_definition = always({"result": "OK", "diagnostics": [], "truncated": False})


def delete_resource_server(self):
    pool = self.backend.describe_user_pool(self._get_param("UserPoolId"))
    del pool.resource_servers[self._get_param("Identifier")]
    return EmptyResult()


CognitoIdpResponse.delete_resource_server = delete_resource_server
# moto keeps alarms of both kinds by the same function, and has no door to it for this one.
CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm

# Terraform suspends the versioning of a bucket before it empties it. AWS still deletes a version that is named; moto forgets the
# rest of its key instead, and the bucket would never be seen empty.
FakeBucket.is_versioned = property(lambda self: self.versioning_status in ("Enabled", "Suspended"))


def with_statements(bucket, wanted):
    """The bucket as if only these statements stood in its policy."""
    if bucket.policy is None:
        return bucket
    policy = json.loads(bucket.policy)
    policy["Statement"] = [s for s in policy["Statement"] if wanted(s)]
    seen = copy.copy(bucket)
    seen.policy = json.dumps(policy).encode()
    return seen


# moto does not judge conditions: "deny what comes without TLS" would deny everything.
judged = FakeBucket.get_permission
FakeBucket.get_permission = lambda self, action, resource: judged(
    with_statements(self, lambda s: "Condition" not in s), action, resource
)

# moto looks for the log delivery as if every principal named a service, and ends with 500 at "Principal": "*".
log_permissions = FakeBucket._log_permissions_enabled_policy
FakeBucket._log_permissions_enabled_policy = staticmethod(
    lambda target_bucket, target_prefix: log_permissions(
        with_statements(target_bucket, lambda s: isinstance(s.get("Principal"), dict)), target_prefix
    )
)

# AWS takes the ARN of a log group with and without ":*"; moto with it only.
log_queries = Route53Backend.create_query_logging_config


def log_queries_to(self, hosted_zone_id, log_group_arn):
    made = log_queries(self, hosted_zone_id, f"{log_group_arn.removesuffix(':*')}:*")
    made.cloud_watch_logs_log_group_arn = log_group_arn
    return made


Route53Backend.create_query_logging_config = log_queries_to

# AWS deletes only what stands now, which is what fences a controller that is behind; moto whatever has ever been written.
change_records = Route53Backend.change_resource_record_sets


def change_what_stands(self, zoneid, change_list):
    standing = {(r.name.rstrip("."), r.type): r.records for r in self.get_hosted_zone(zoneid).rrsets}
    for change in change_list:
        asked = change["ResourceRecordSet"]
        name, kind = asked["Name"].rstrip("."), asked["Type"]
        if change["Action"] != "DELETE" or "ResourceRecords" not in asked:
            continue
        values = [record["Value"] for record in asked["ResourceRecords"]]
        if sorted(standing.get((name, kind)) or []) != sorted(values):
            raise InvalidInput(f"Tried to delete {name} {kind} but the values provided do not match the current values")
    change_records(self, zoneid, change_list)


Route53Backend.change_resource_record_sets = change_what_stands

# AWS knows a trail by its ARN as well as by its name; moto ends with 500.
CloudTrailBackend.start_logging = lambda self, name: self.get_trail(name).start_logging()
CloudTrailBackend.stop_logging = lambda self, name: self.get_trail(name).stop_logging()
CloudTrailBackend.delete_trail = lambda self, name: self.trails.pop(self.get_trail(name).trail_name)

# moto lacks this attribute, which is gone when it is set to nothing, and forgets a queue's policy whenever another one is set.
Queue.redrive_allow_policy = None
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
set_attributes = Queue._set_attributes


def set_queue_attributes(self, attributes, now=None):
    set_attributes(self, {"Policy": getattr(self, "policy", None), **attributes}, now)
    self.redrive_allow_policy = self.redrive_allow_policy or None


Queue._set_attributes = set_queue_attributes

# The provider waits until a domain of an API is available, and an alias leads to its address; moto says neither.
domain_as_made = DomainName.to_json


def available(self):
    region = self.domain_name_arn.split(":")[3]
    address = {
        "domainNameStatus": "AVAILABLE",
        "apiGatewayDomainName": f"d-emulated.execute-api.{region}.amazonaws.com",
        "hostedZoneId": "Z0EMULATED",
    }
    made = domain_as_made(self)
    return {
        **made,
        "domainNameConfigurations": [{**c, **address} for c in made["domainNameConfigurations"]],
    }


DomainName.to_json = available

# AWS takes "spark" in any case, and an application starts with its first job, not with its creation.
create_application = emr_serverless.EMRServerlessBackend.create_application
emr_serverless.EMRServerlessBackend.create_application = lambda self, application_type, **settings: (
    create_application(self, application_type=application_type.upper(), **settings)
)
emr_serverless.APPLICATION_STATUS = "CREATED"

server.main(sys.argv[1:])
