const hour = 60 * 60;
const day = 24 * hour;

/** How long AWS Certificate Manager takes, in seconds. Two numbers: at least and at most. */
export const durations = {
  /**
   * Until a new certificate's validation records are described. AWS documents only "a delay of several seconds"
   * (RequestCertificate, API Reference). Its load balancer controller asks again for half a minute.
   */
  recordsKnown: [5, 10],
  /** Until a request that cannot be fulfilled fails. AWS documents no number. */
  failure: [10, 60],
  /**
   * From the CNAME record in the world's DNS until ACM has seen it: usually some minutes, "up to 30 minutes" ("DNS
   * validation", User Guide). Most are near the lower end.
   */
  validation: [120, 1800],
  /** "ACM makes repeated attempts to validate a certificate for 72 hours" (CertificateDetail, API Reference). */
  validationTimeout: 72 * hour,
  /** A public certificate is valid for 198 days ("Public certificate characteristics", User Guide). */
  validity: 198 * day,
  /** ACM begins to renew so long before the end ("Managed certificate renewal", User Guide). */
  renewal: 60 * day,
  /** "Idempotency tokens time out after one hour" (RequestCertificate, API Reference). */
  token: hour,
  /** Until Elastic Load Balancing finds an issued certificate. Clients of its API retry for some minutes. */
  knownToLoadBalancers: [0, 60],
  /** A certificate is in use for some time after its listener is gone. Clients of its API retry for minutes. */
  release: [5, 60],
} as const;
