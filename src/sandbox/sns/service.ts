import { alarmActs } from "../cloud-watch/signals.ts";
import { query } from "../protocol/query.ts";
import { listen } from "../region.ts";
import type { Service } from "../service.ts";
import { tellOfAlarm } from "./alarm-message.ts";
import { confirmSubscription, subscriptionLapses } from "./confirmation.ts";
import { snsErrors } from "./errors.ts";
import { sentMessages } from "./messages.ts";
import { operationNames } from "./operation-names.ts";
import { publish } from "./publish.ts";
import {
  filterQuota,
  pendingQuota,
  subscriptionQuota,
  topicFilterQuota,
  topicQuota,
} from "./quotas.ts";
import { subscribe } from "./subscribe.ts";
import { subscriptionOperations } from "./subscription-operations.ts";
import { subscriptions } from "./subscriptions.ts";
import { tagOperations } from "./tags.ts";
import { getTopicAttributes, setTopicAttributes } from "./topic-attributes.ts";
import { topicOperations } from "./topic-operations.ts";
import { topics } from "./topics.ts";

/** Amazon Simple Notification Service. No message leaves the sandbox: it remembers what each topic has sent. */
export const sns: Service = {
  name: "sns",
  sdkId: "SNS",
  protocol: query({
    version: "2010-03-31",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  }),
  errors: snsErrors,
  operations: [
    ...topicOperations,
    getTopicAttributes,
    setTopicAttributes,
    subscribe,
    confirmSubscription,
    ...subscriptionOperations,
    publish,
    ...tagOperations,
  ],
  operationNames,
  tables: [topics, subscriptions, sentMessages],
  events: [subscriptionLapses],
  quotas: [topicQuota, subscriptionQuota, pendingQuota, topicFilterQuota, filterQuota],
  listeners: [listen(alarmActs, tellOfAlarm)],
};
