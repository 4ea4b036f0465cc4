/** The folder of the application in specs/image.md. */
export const applicationHome = "/opt/application";
