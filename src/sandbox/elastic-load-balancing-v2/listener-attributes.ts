import {
  DescribeListenerAttributes$,
  type DescribeListenerAttributesInput,
  ModifyListenerAttributes$,
  type ModifyListenerAttributesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../operation.ts";
import {
  type Attributes,
  describeAttributes,
  on,
  readAttributes,
  text,
  withoutDefaults,
} from "./attributes.ts";
import { requireListener } from "./named.ts";
import { listeners } from "./tables.ts";

/** The headers of answers that a listener can set. */
const HEADERS = [
  "strict_transport_security",
  "access_control_allow_origin",
  "access_control_allow_methods",
  "access_control_allow_headers",
  "access_control_allow_credentials",
  "access_control_expose_headers",
  "access_control_max_age",
  "content_security_policy",
  "x_content_type_options",
  "x_frame_options",
];

/** "ListenerAttribute", API reference: those of HTTP listeners. */
const attributes: Attributes = {
  "routing.http.response.server.enabled": on,
  ...Object.fromEntries(
    HEADERS.map((header) => [`routing.http.response.${header}.header_value`, text(1024)]),
  ),
};

/** Supported by other types of load balancers only. */
const FOREIGN = ["tcp.idle_timeout.seconds"];

export const describeListenerAttributes = operation<DescribeListenerAttributesInput>(
  DescribeListenerAttributes$,
  ["ListenerArn"],
  (region, { ListenerArn: arn }) => {
    requireListener(region, arn);
    const seen = region.table(listeners).find(arn ?? "");
    return { Attributes: describeAttributes(attributes, seen?.attributes ?? {}) };
  },
);

export const modifyListenerAttributes = operation<ModifyListenerAttributesInput>(
  ModifyListenerAttributes$,
  ["ListenerArn", "Attributes"],
  (region, input) => {
    const { arn, attributes: values } = requireListener(region, input.ListenerArn);
    const changes = readAttributes("Listener", attributes, FOREIGN, input.Attributes ?? []);
    const merged = { ...values, ...changes };
    region.table(listeners).change(arn, (listener) => {
      listener.attributes = withoutDefaults(attributes, merged);
    });
    return { Attributes: describeAttributes(attributes, merged) };
  },
);
