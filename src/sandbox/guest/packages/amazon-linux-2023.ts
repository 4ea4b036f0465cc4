/**
 * The common server packages of Amazon Linux 2023's default repositories (from "All Amazon Linux 2023
 * packages" in its release notes). The repositories may contain more packages, but not the names at the
 * end of this file. Format: see package-table.ts.
 */
export const amazonLinux2023Packages = `
chrony bin=chronyc sbin=chronyd file=/etc/chrony.conf unit=chronyd
# Fedora uses /usr/sbin and Debian /usr/bin. Commands are found in both.
mtr bin=mtr sbin=mtr,mtr-packet
bind-utils bin=dig,host,nslookup,nsupdate
bind sbin=named unit=named:53/tcp/udp
httpd bin=ab,htpasswd sbin=httpd,apachectl file=/etc/httpd/conf/httpd.conf,/etc/httpd/conf.d/welcome.conf,/etc/httpd/conf.d/autoindex.conf dir=/var/www/html,/var/www/cgi-bin,/var/log/httpd users=apache unit=httpd:80
nginx sbin=nginx file=/etc/nginx/nginx.conf,/etc/nginx/mime.types,/usr/share/nginx/html/index.html dir=/etc/nginx/conf.d,/etc/nginx/default.d,/var/log/nginx users=nginx unit=nginx:80
nginx-core sbin=nginx file=/etc/nginx/nginx.conf,/etc/nginx/mime.types,/usr/share/nginx/html/index.html dir=/etc/nginx/conf.d,/etc/nginx/default.d,/var/log/nginx users=nginx unit=nginx:80
lighttpd sbin=lighttpd unit=lighttpd:80
haproxy sbin=haproxy file=/etc/haproxy/haproxy.cfg users=haproxy unit=haproxy
squid sbin=squid unit=squid:3128
postfix sbin=postfix,postconf,sendmail unit=postfix:25@127.0.0.1
redis6 bin=redis6-server,redis6-cli users=redis6 unit=redis6:6379@127.0.0.1
valkey bin=valkey-server,valkey-cli users=valkey unit=valkey:6379@127.0.0.1
memcached bin=memcached users=memcached unit=memcached:11211@127.0.0.1
mariadb105-server bin=mariadb,mysql,mysqldump users=mysql unit=mariadb:3306
mariadb1011-server bin=mariadb,mysql,mysqldump users=mysql unit=mariadb:3306
mariadb105 bin=mariadb,mysql,mysqldump
mariadb1011-client bin=mariadb,mysql,mysqldump
postgresql15 bin=psql,pg_dump,pg_restore
postgresql16 bin=psql,pg_dump,pg_restore
postgresql17 bin=psql,pg_dump,pg_restore
postgresql15-server bin=postgres,initdb,postgresql-setup needs=postgresql15 users=postgres unit=postgresql
postgresql16-server bin=postgres,initdb,postgresql-setup needs=postgresql16 users=postgres unit=postgresql
postgresql17-server bin=postgres,initdb,postgresql-setup needs=postgresql17 users=postgres unit=postgresql
docker bin=docker,dockerd unit=docker
containerd bin=containerd,ctr unit=containerd
nerdctl finch amazon-ecr-credential-helper
amazon-cloudwatch-agent bin=amazon-cloudwatch-agent-ctl unit=amazon-cloudwatch-agent
amazon-ssm-agent bin=amazon-ssm-agent unit=amazon-ssm-agent
amazon-efs-utils sbin=mount.efs unit=amazon-efs-mount-watchdog
awscli-2 bin=aws,aws_completer provides=awscli,aws-cli
cronie bin=crontab sbin=crond unit=crond
at bin=at,atq,atrm sbin=atd unit=atd
rsyslog sbin=rsyslogd file=/etc/rsyslog.conf unit=rsyslog
audit sbin=auditctl,auditd,ausearch unit=auditd
acpid sbin=acpid unit=acpid
fail2ban bin=fail2ban-client unit=fail2ban
firewalld bin=firewall-cmd unit=firewalld
nftables sbin=nft unit=nftables
iptables-nft sbin=iptables,ip6tables,iptables-save,iptables-restore provides=iptables
iptables-services unit=iptables
openssh-server sbin=sshd file=/etc/ssh/sshd_config unit=sshd:22
openssh-clients bin=ssh,scp,sftp,ssh-add,ssh-agent,ssh-keyscan,ssh-copy-id
openssh bin=ssh-keygen
openvpn sbin=openvpn
stunnel bin=stunnel unit=stunnel
vsftpd sbin=vsftpd unit=vsftpd:21
nfs-utils sbin=mount.nfs,exportfs,showmount unit=nfs-server:2049
rpcbind sbin=rpcbind unit=rpcbind:111/tcp/udp
sssd sbin=sssd unit=sssd
dnsmasq sbin=dnsmasq unit=dnsmasq:53/tcp/udp
unbound sbin=unbound unit=unbound:53/tcp/udp@127.0.0.1
sysstat bin=sar,iostat,mpstat,pidstat unit=sysstat
psacct sbin=accton unit=psacct
tuned sbin=tuned,tuned-adm unit=tuned
irqbalance sbin=irqbalance unit=irqbalance
lm_sensors bin=sensors unit=lm_sensors
smartmontools sbin=smartctl unit=smartd
rng-tools sbin=rngd unit=rngd
keepalived sbin=keepalived unit=keepalived
collectd sbin=collectd unit=collectd
tomcat9 needs=java-17-amazon-corretto-headless users=tomcat unit=tomcat9:8080
tomcat10 needs=java-17-amazon-corretto-headless users=tomcat unit=tomcat10:8080
php8.2 bin=php
php8.3 bin=php
php8.4 bin=php
php8.2-cli bin=php
php8.3-cli bin=php
php8.2-fpm sbin=php-fpm unit=php-fpm
php8.3-fpm sbin=php-fpm unit=php-fpm
php8.4-fpm sbin=php-fpm unit=php-fpm
python3 bin=python3,pydoc3,python3.9
python3-pip bin=pip,pip3
python3.11 bin=python3.11
python3.12 bin=python3.12
python3.13 bin=python3.13
python3.11-pip bin=pip3.11
python3.12-pip bin=pip3.12
python-unversioned-command bin=python
ruby3.2 bin=ruby,gem,irb,erb,rdoc,ri recommends=ruby3.2-rubygem-bundler
ruby3.4 bin=ruby,gem,irb,erb,rdoc,ri recommends=ruby3.4-rubygem-bundler
ruby3.2-rubygem-bundler bin=bundle,bundler needs=ruby3.2 provides=rubygem-bundler
ruby3.4-rubygem-bundler bin=bundle,bundler needs=ruby3.4
nodejs bin=node,corepack recommends=nodejs-npm
nodejs20 bin=node,node-20 recommends=nodejs20-npm
nodejs20-npm bin=npm,npx,npm-20,npx-20 needs=nodejs20
nodejs22 bin=node,node-22 recommends=nodejs22-npm
nodejs22-npm bin=npm,npx,npm-22,npx-22 needs=nodejs22
nodejs24 bin=node,node-24 recommends=nodejs24-npm
nodejs24-npm bin=npm,npx,npm-24,npx-24 needs=nodejs24
nodejs-npm bin=npm,npx provides=npm needs=nodejs
golang bin=go,gofmt
rust bin=rustc
cargo bin=cargo needs=rust
gcc-c++ bin=g++,c++ needs=gcc
gcc bin=gcc,cc
clang bin=clang,clang++
java-1.8.0-amazon-corretto bin=java
java-11-amazon-corretto bin=java
java-11-amazon-corretto-headless bin=java
java-17-amazon-corretto bin=java,jshell
java-17-amazon-corretto-devel bin=javac,jar
java-17-amazon-corretto-headless bin=java
java-21-amazon-corretto bin=java,jshell
java-21-amazon-corretto-devel bin=javac,jar
java-21-amazon-corretto-headless bin=java
java-25-amazon-corretto bin=java,jshell
java-25-amazon-corretto-headless bin=java
maven bin=mvn needs=java-17-amazon-corretto-headless
vim-enhanced bin=vim,vimdiff
vim-minimal bin=vi
ImageMagick bin=convert,identify,mogrify
GraphicsMagick bin=gm
util-linux bin=lsblk,mount,umount,dmesg,flock,logger,lscpu,more,getopt,findmnt,uuidgen,nsenter,unshare
procps-ng bin=ps,top,free,uptime,vmstat,watch,pgrep,pkill sbin=sysctl
psmisc bin=killall,fuser,pstree
iproute sbin=ip,ss,tc,bridge
iputils bin=ping,tracepath,arping
net-tools bin=netstat sbin=ifconfig,route,arp
nmap-ncat bin=ncat,nc provides=nc,netcat
nmap bin=nmap
iperf3 bin=iperf3
xz bin=xz,unxz
bzip2 bin=bzip2,bunzip2
gzip bin=gzip,gunzip,zcat
zip bin=zip
unzip bin=unzip
tar bin=tar
zstd bin=zstd,unzstd
lz4 bin=lz4
p7zip bin=7za
git bin=git provides=git-core
git-lfs bin=git-lfs
subversion bin=svn
mercurial bin=hg
wget2 bin=wget2
curl-minimal bin=curl
curl bin=curl conflicts=curl-minimal
libcurl conflicts=libcurl-minimal
gnupg2-minimal bin=gpg,gpg2
gnupg2-full bin=gpg,gpg2 conflicts=gnupg2-minimal
openssl bin=openssl
grubby sbin=grubby
e2fsprogs sbin=mkfs.ext4,resize2fs,e2fsck,tune2fs bin=chattr,lsattr
xfsprogs sbin=mkfs.xfs,xfs_growfs,xfs_repair
lvm2 sbin=lvm,pvcreate,vgcreate,lvcreate
mdadm sbin=mdadm
parted sbin=parted
gdisk sbin=gdisk,sgdisk
nvme-cli sbin=nvme
ethtool sbin=ethtool
tcpdump sbin=tcpdump
traceroute bin=traceroute
wireshark-cli bin=tshark
ipset sbin=ipset
ipvsadm sbin=ipvsadm
libcap bin= sbin=setcap,getcap
policycoreutils sbin=setsebool,restorecon,sestatus,semodule
policycoreutils-python-utils sbin=semanage
shadow-utils sbin=useradd,userdel,usermod,groupadd,groupdel,groupmod,chpasswd bin=passwd-util,gpasswd
passwd bin=passwd
sudo bin=sudo,visudo file=/etc/sudoers
dnf bin=dnf,yum
yum bin=yum
rpm bin=rpm,rpmkeys
dnf-plugins-core bin=
dnf-automatic bin=dnf-automatic
dnf-utils bin=yum-config-manager,repoquery provides=yum-utils
cloud-init bin=cloud-init
system-release bin=
ec2-instance-connect bin=
ec2-hibinit-agent bin=
ec2-utils bin=ec2-metadata provides=amazon-ec2-utils
amazon-ec2-net-utils bin=
amazon-rpm-config bin=
grub2-tools sbin=grub2-mkconfig,grub2-install
hostname bin=hostname
which bin=which
findutils bin=find,xargs
diffutils bin=diff,cmp,diff3
gawk bin=awk,gawk
sed bin=sed
grep bin=grep,egrep,fgrep
coreutils bin=
bash bin=bash,sh
systemd bin=systemctl,journalctl,timedatectl,hostnamectl,loginctl,systemd-run,systemd-analyze,systemd-tmpfiles,busctl
systemd-resolved bin=resolvectl unit=systemd-resolved
systemd-networkd bin=networkctl unit=systemd-networkd
kmod sbin=modprobe,lsmod,insmod,rmmod,depmod,modinfo
kernel bin=
kernel6.12 bin=
kernel-livepatch-repo-s3 bin=
glibc bin=ldd,getent,locale,iconv sbin=ldconfig
glibc-langpack-en bin=
ca-certificates bin=update-ca-trust
ncurses bin=clear,tput,reset
less bin=less
man-db bin=man,apropos
bc bin=bc,dc
cpio bin=cpio
file bin=file
ed bin=ed
patch bin=patch
make bin=make
jq bin=jq
tree telnet htop screen tmux nano rsync lsof strace ltrace time words ansible ansible-core
acl attr wget autoconf automake libtool bison flex binutils cmake meson ninja-build gdb valgrind perf pkgconf
bash-completion bpftool bpftrace bcc bcc-tools btop cowsay cppcheck cscope ctags cryptsetup cyrus-sasl
dbus dialog dos2unix dosfstools dmidecode dstat dwarves ebtables emacs emacs-nox environment-modules expect
fio fontconfig ghostscript gettext glances gnuplot gperf graphviz groff-base help2man hdparm hwdata
inotify-tools intltool iotop ipcalc iptraf-ng jemalloc kexec-tools ksh krb5-workstation libicu libyaml
log4j logrotate lshw lsscsi lua lynx lzop m4 mailcap mlocate mc multitail mutt nasm ncdu nethogs nload
numactl oniguruma opensc openldap-clients p11-kit pandoc parallel pciutils perl perl-libs perl-JSON
pigz poppler-utils procmail pv pwgen quota re2c rpm-build rpmdevtools rpmlint s-nail sbt scons
setools-console shellcheck socat sos sqlite stress-ng squashfs-tools swig sysfsutils tcl tcsh texlive
tftp tmpwatch tk trace-cmd usbutils uuid vnstat whois w3m xauth xmlto xmlstarlet yasm zsh zlib
samba samba-client cifs-utils nginx-mod-http-perl nginx-mod-stream mod_ssl mod_http2 mod_security mod_wsgi
httpd-tools httpd-devel python3-devel python3-libs python3-setuptools python3-wheel python3-requests
python3-boto3 python3-botocore python3-pyyaml python3-jinja2 python3-flask python3-virtualenv python3-psycopg2
python3-cryptography python3-six python3-dateutil python3-lxml python3-numpy python3-mod_wsgi
python3.11-devel python3.12-devel python3.13-devel python3.11-libs python3.12-libs
php8.2-common php8.2-mysqlnd php8.2-mbstring php8.2-xml php8.2-gd php8.2-pgsql php8.2-opcache php8.2-zip
php8.3-common php8.3-mysqlnd php8.3-mbstring php8.3-xml php8.3-gd php8.3-pgsql php8.3-opcache php8.3-zip
php-pear php8.2-devel php8.3-devel php8.4-cli php8.4-common php8.4-mbstring php8.4-xml
openssl-devel libffi-devel zlib-devel bzip2-devel readline-devel sqlite-devel ncurses-devel xz-devel
libxml2-devel libxslt-devel libcurl-devel libpq-devel postgresql15-devel mariadb105-devel mariadb-connector-c-devel
libyaml-devel gdbm-devel tk-devel kernel-devel kernel-headers kernel-tools kernel-modules-extra libevent-devel
libjpeg-turbo libjpeg-turbo-devel libpng-devel freetype-devel libtiff-devel giflib libwebp harfbuzz cairo pango
glib2-devel gmp-devel pcre2-devel pcre-devel expat-devel systemd-devel libuuid-devel libicu-devel libcap-devel
nodejs-devel nodejs20-docs golang-bin go-toolset lua-devel
perl-DBI perl-DBD-MySQL perl-Test-Simple perl-CPAN perl-core ruby3.2-devel rubygems-devel
selinux-policy selinux-policy-targeted libselinux-utils libsemanage setroubleshoot-server aide clamav clamav-update clamd
amazon-efs-utils-selinux amazon-rds-client aws-cfn-bootstrap aws-kinesis-agent aws-nitro-enclaves-cli
aws-nitro-enclaves-cli-devel ecs-init runc cni-plugins cri-tools buildah
update-motd langtable libnsl libxcrypt-compat libatomic libstdc++ libgomp libaio device-mapper-multipath
crypto-policies-scripts gnutls gnutls-utils nss-tools trousers tpm2-tools pam_radius google-authenticator
fuse fuse3 fuse-libs mount-s3 nbd ndctl daxctl edac-utils mcelog
`;

/** Common names that its repositories lack. The User Guide says so for the first ones. */
export const amazonLinux2023Absent =
  "epel-release amazon-linux-extras ntp ntpd ntpdate yum-cron python2 nginx-light nginx-full apache2 docker.io build-essential default-jre default-jdk mysql-server redis-server vim-nox dnsutils netcat-openbsd chronyd sshd docker-ce";
