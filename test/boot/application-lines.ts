import { bodyOf } from "./rebuild.ts";

/** Of a build's calls those that the application is about. The others have their own tests. */
export function applicationLines(script: string): readonly string[] {
  return bodyOf(script)
    .filter(
      (line) =>
        !line.startsWith("check") ||
        /^check(_twice)? (ansible|application|python|verify|clean:ansible|clean:build-environment|clean:secrets|clean:logs)/.test(
          line,
        ),
    )
    .filter(
      (line) =>
        !/^(update_packages|lock_passwords|set_|disable_(auto|ipv6|ssh)|harden_|close_ports|hold_snaps)/.test(
          line,
        ),
    );
}
