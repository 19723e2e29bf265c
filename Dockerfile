# syntax=docker/dockerfile:1
# The server. GRAIN_HOST=Orleans (default) makes a cluster's silos and frontends, Embedded a single node: docs/kubernetes.md

FROM --platform=$BUILDPLATFORM node:22-bookworm-slim AS console
WORKDIR /source
COPY src/Frontend/console/package.json src/Frontend/console/package-lock.json src/Frontend/console/
RUN npm ci --prefix src/Frontend/console --no-audit --no-fund --loglevel=error
COPY .ci/build-console .ci/
COPY src/Frontend/console src/Frontend/console
RUN .ci/build-console

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG GRAIN_HOST=Orleans
ARG TARGETARCH=amd64
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src src
RUN dotnet publish src/Silo --configuration Release --arch $TARGETARCH --no-self-contained -p:GrainHost=$GRAIN_HOST --output /app \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY --from=console /source/src/Frontend/wwwroot/console wwwroot/console
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
# The server's own options say where it listens, not the base image; .NET looks for a home whoever the user is.
ENV ASPNETCORE_HTTP_PORTS="" \
    HOME=/tmp \
    Mdm__Data=/data
EXPOSE 8443 9464 11111 30000
USER $APP_UID
ENTRYPOINT ["dotnet", "Mdm.Fleet.Silo.dll"]
