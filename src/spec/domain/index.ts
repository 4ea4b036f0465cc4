import { defineSection } from "../section.ts";
import { normaliseDomain } from "./normalised.ts";
import { domainRules } from "./rules.ts";
import { domainSchema as schema } from "./schema.ts";

/** The names of the site, and the certificate for them. */
export const domainSection = defineSection({
  schema,
  rules: domainRules,
  normalise: normaliseDomain,
  misnomers: [
    {
      at: "",
      names: ["domains", "hostname", "hostnames", "host", "hosts", "domainName", "domain_name"],
      help: "write names, which is a list: names: [shop.example.com]",
    },
    {
      at: "",
      names: ["aliases", "subjectAlternativeNames", "subject_alternative_names", "sans"],
      help: "write all of them in names; the first one is the certificate's name",
    },
    {
      at: "",
      names: [
        "certificateArn",
        "certificate_arn",
        "certificateARN",
        "acmCertificate",
        "acmCertificateArn",
        "arn",
      ],
      help: "write certificate, with the ARN of a certificate of ACM",
    },
    {
      at: "",
      names: [
        "hostedZone",
        "hosted_zone",
        "hostedZoneId",
        "hosted_zone_id",
        "hostedZoneName",
        "zoneId",
        "zone_id",
        "zoneName",
        "zone_name",
        "route53",
        "dns",
      ],
      help: "write zone, with the name of a zone of Route 53: zone: example.com",
    },
    {
      at: "",
      names: ["validation", "validationMethod", "validation_method"],
      help: "remove it: ACM always checks DNS records, which the stack makes if you write zone",
    },
    {
      at: "",
      names: ["sslPolicy", "ssl_policy", "tlsPolicy", "tls_policy"],
      help: "write tls: modern in loadBalancer, or remove the field: that is the default",
    },
  ],
});
