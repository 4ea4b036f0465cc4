import { generate } from "selfsigned";

const usual = await generate([{ name: "commonName", value: "shop.example.com" }], {
  notBeforeDate: new Date("2024-01-01T00:00:00Z"),
  notAfterDate: new Date("2124-01-01T00:00:00Z"),
  extensions: [
    {
      name: "subjectAltName",
      altNames: ["shop.example.com", "www.example.com"].map((value) => ({ type: 2, value })),
    },
  ],
});

/** A certificate of shop.example.com and www.example.com that its owner signed, with its key. It guards nothing. */
export const ownCertificate = {
  Certificate: Buffer.from(usual.cert),
  PrivateKey: Buffer.from(usual.private),
};

const elliptic = await generate([{ name: "commonName", value: "shop.example.com" }], {
  keyType: "ec",
  curve: "P-256",
  notBeforeDate: new Date("2024-01-01T00:00:00Z"),
  notAfterDate: new Date("2124-01-01T00:00:00Z"),
});

/** One of shop.example.com with an ECDSA key. */
export const ellipticCertificate = {
  Certificate: Buffer.from(elliptic.cert),
  PrivateKey: Buffer.from(elliptic.private),
};
