"""Makes a user of moto's IAM who may do everything but one action, and prints its access key.

Arguments: endpoint, action.
"""

import json
import sys

import boto3

endpoint, action = sys.argv[1:]
iam = boto3.client(
    "iam",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="ROOT",
    aws_secret_access_key="ROOT",
)
iam.create_user(UserName="limited")
policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": action, "Resource": "*"},
    ],
}
iam.put_user_policy(UserName="limited", PolicyName="all-but", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="limited")["AccessKey"]
print(json.dumps({"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}))
