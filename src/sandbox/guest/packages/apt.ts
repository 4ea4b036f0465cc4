/**
 * The common server packages in the archives of both Debian 12 and Ubuntu 24.04. The archives may contain
 * more packages, but not the names at the end of this file. Format: see package-table.ts.
 */
export const aptPackages = `
chrony bin=chronyc sbin=chronyd file=/etc/chrony/chrony.conf unit=chrony
mtr bin=mtr,mtr-packet
mtr-tiny bin=mtr,mtr-packet conflicts=mtr
telnet bin=telnet
inetutils-telnet bin=telnet
ntpsec bin=ntpq sbin=ntpd file=/etc/ntpsec/ntp.conf unit=ntpsec conflicts=chrony
ntp bin=ntpq sbin=ntpd unit=ntpsec conflicts=chrony
systemd-timesyncd unit=systemd-timesyncd conflicts=chrony
apache2 sbin=apache2,apachectl,apache2ctl,a2ensite,a2dissite,a2enmod,a2dismod,a2enconf,a2disconf file=/etc/apache2/apache2.conf,/etc/apache2/ports.conf,/etc/apache2/sites-available/000-default.conf,/etc/apache2/sites-enabled/000-default.conf,/var/www/html/index.html dir=/var/log/apache2 unit=apache2:80
apache2-utils bin=ab,htpasswd
nginx sbin=nginx file=/etc/nginx/nginx.conf,/etc/nginx/mime.types,/etc/nginx/sites-available/default,/etc/nginx/sites-enabled/default,/var/www/html/index.nginx-debian.html dir=/etc/nginx/conf.d,/var/log/nginx unit=nginx:80
nginx-light sbin=nginx file=/etc/nginx/nginx.conf,/etc/nginx/mime.types,/etc/nginx/sites-available/default,/etc/nginx/sites-enabled/default,/var/www/html/index.nginx-debian.html dir=/etc/nginx/conf.d,/var/log/nginx unit=nginx:80
nginx-full sbin=nginx file=/etc/nginx/nginx.conf,/etc/nginx/mime.types,/etc/nginx/sites-available/default,/etc/nginx/sites-enabled/default,/var/www/html/index.nginx-debian.html dir=/etc/nginx/conf.d,/var/log/nginx unit=nginx:80
nginx-extras sbin=nginx file=/etc/nginx/nginx.conf,/etc/nginx/mime.types,/etc/nginx/sites-available/default,/etc/nginx/sites-enabled/default,/var/www/html/index.nginx-debian.html dir=/etc/nginx/conf.d,/var/log/nginx unit=nginx:80
lighttpd sbin=lighttpd unit=lighttpd:80
haproxy sbin=haproxy file=/etc/haproxy/haproxy.cfg users=haproxy unit=haproxy
squid sbin=squid unit=squid:3128
varnish sbin=varnishd unit=varnish:6081
postfix sbin=postfix,postconf,sendmail unit=postfix:25 provides=mail-transport-agent
redis bin=redis-cli,redis-server users=redis unit=redis-server:6379@127.0.0.1
redis-server bin=redis-server needs=redis-tools users=redis unit=redis-server:6379@127.0.0.1
redis-tools bin=redis-cli
memcached bin=memcached users=memcache unit=memcached:11211@127.0.0.1
mariadb-server bin=mariadbd-safe sbin=mariadbd needs=mariadb-client users=mysql unit=mariadb:3306@127.0.0.1
mariadb-client bin=mariadb,mysql,mysqldump
default-mysql-server needs=mariadb-client users=mysql unit=mariadb:3306@127.0.0.1
default-mysql-client bin=mariadb,mysql,mysqldump
postgresql bin=psql,pg_lsclusters,pg_dump,createdb,createuser users=postgres unit=postgresql:5432@127.0.0.1
postgresql-client bin=psql,pg_dump
rabbitmq-server sbin=rabbitmqctl unit=rabbitmq-server:5672
docker.io bin=docker sbin=dockerd unit=docker
cron bin=crontab sbin=cron unit=cron
at bin=at,atq unit=atd
rsyslog sbin=rsyslogd file=/etc/rsyslog.conf unit=rsyslog
auditd sbin=auditctl,auditd unit=auditd
fail2ban bin=fail2ban-client unit=fail2ban
firewalld bin=firewall-cmd unit=firewalld
ufw sbin=ufw unit=ufw
iptables sbin=iptables,ip6tables,iptables-save
openssh-server sbin=sshd file=/etc/ssh/sshd_config unit=ssh:22
openssh-client bin=ssh,scp,sftp,ssh-keygen,ssh-add,ssh-agent,ssh-keyscan,ssh-copy-id
openvpn sbin=openvpn unit=openvpn
vsftpd sbin=vsftpd unit=vsftpd:21
proftpd-core sbin=proftpd unit=proftpd:21
nfs-kernel-server sbin=exportfs unit=nfs-server:2049
nfs-common sbin=mount.nfs,showmount
dnsmasq sbin=dnsmasq unit=dnsmasq:53/tcp/udp
unbound sbin=unbound unit=unbound:53/tcp/udp@127.0.0.1
bind9 sbin=named unit=named:53/tcp/udp
bind9-dnsutils bin=dig,nslookup,nsupdate
dnsutils bin=dig,nslookup,nsupdate
sysstat bin=sar,iostat,mpstat,pidstat unit=sysstat
smartmontools sbin=smartctl unit=smartmontools
snmpd sbin=snmpd unit=snmpd
samba sbin=smbd,nmbd unit=smbd:445
prometheus bin=prometheus,promtool unit=prometheus:9090
prometheus-node-exporter bin=prometheus-node-exporter unit=prometheus-node-exporter:9100
tomcat10 needs=default-jre users=tomcat unit=tomcat10:8080
supervisor bin=supervisorctl,supervisord unit=supervisor
monit bin=monit unit=monit
munin-node sbin=munin-node unit=munin-node:4949
nagios-nrpe-server sbin=nrpe unit=nagios-nrpe-server:5666
zabbix-agent sbin=zabbix_agentd unit=zabbix-agent:10050
keepalived sbin=keepalived unit=keepalived
unattended-upgrades bin=unattended-upgrade unit=unattended-upgrades
systemd-resolved bin=resolvectl unit=systemd-resolved
systemd-coredump bin=coredumpctl
php-fpm sbin=php-fpm8.2 unit=php8.2-fpm
php-cli bin=php
php bin=php
python3 bin=python3,pydoc3
python3-pip bin=pip,pip3
python3-venv bin=
python-is-python3 bin=python
python3-virtualenv bin=
python3-gunicorn bin=
nodejs bin=node,nodejs
npm bin=npm,npx needs=nodejs
golang bin=go,gofmt
golang-go bin=go,gofmt
default-jre bin=java
default-jdk bin=java,javac,jar
openjdk-17-jre bin=java
openjdk-17-jre-headless bin=java
openjdk-17-jdk bin=java,javac,jar
maven bin=mvn needs=default-jre
ruby bin=ruby,gem,irb,erb,rdoc,ri,rake
ruby-full needs=ruby
ruby-bundler bin=bundle,bundler needs=ruby
bundler needs=ruby-bundler
cargo bin=cargo needs=rustc
yarnpkg bin=yarnpkg needs=nodejs
node-typescript bin=tsc needs=nodejs
rails bin=rails needs=ruby,ruby-bundler
ruby-rails bin=rails needs=ruby,ruby-bundler
puma bin=puma,pumactl needs=ruby
jekyll bin=jekyll needs=ruby
thin bin=thin needs=ruby
unicorn bin=unicorn needs=ruby
composer bin=composer needs=php-cli
gradle bin=gradle needs=default-jre
build-essential bin=gcc,g++,make,cc
gcc bin=gcc,cc
g++ bin=g++,c++ needs=gcc
ripgrep bin=rg
fd-find bin=fdfind
bat bin=batcat
httpie bin=http,https
silversearcher-ag bin=ag
imagemagick bin=convert,identify,mogrify
borgbackup bin=borg
iputils-ping bin=ping
iputils-tracepath bin=tracepath
iproute2 bin=ip,ss sbin=tc,bridge
net-tools bin=netstat sbin=ifconfig,route,arp
netcat-openbsd bin=nc provides=netcat
netcat-traditional bin=nc.traditional
ncurses-bin bin=clear,tput,reset
procps bin=ps,top,free,uptime,vmstat,watch,pgrep,pkill sbin=sysctl
psmisc bin=killall,fuser,pstree
p7zip-full bin=7z,7za
pkg-config bin=pkg-config
shellcheck bin=shellcheck
subversion bin=svn
mercurial bin=hg
vim bin=vim,vi
vim-tiny bin=vi
vim-nox bin=vim,vi
neovim bin=nvim
emacs-nox bin=emacs
wireguard-tools bin=wg,wg-quick
wireguard bin=wg,wg-quick
xz-utils bin=xz,unxz
gnupg bin=gpg
sqlite3 bin=sqlite3
util-linux bin=lsblk,dmesg,flock,lscpu,more,getopt,findmnt,nsenter,unshare
findutils bin=find,xargs
diffutils bin=diff,cmp,diff3
e2fsprogs sbin=mkfs.ext4,resize2fs,e2fsck,tune2fs bin=chattr,lsattr
xfsprogs sbin=mkfs.xfs,xfs_growfs
lvm2 sbin=lvm,pvcreate,vgcreate,lvcreate
mdadm sbin=mdadm
libcap2-bin sbin=setcap,getcap
debootstrap sbin=debootstrap
kmod sbin=modprobe,lsmod,insmod,rmmod,depmod,modinfo
cloud-init bin=cloud-init
cloud-guest-utils bin=growpart
ca-certificates sbin=update-ca-certificates
locales sbin=locale-gen,update-locale
man-db bin=man,apropos
tcpdump bin=tcpdump
traceroute bin=traceroute
tcptraceroute bin=tcptraceroute
ethtool sbin=ethtool
parted sbin=parted
gdisk sbin=gdisk,sgdisk
nvme-cli sbin=nvme
iotop sbin=iotop
iftop sbin=iftop
nethogs sbin=nethogs
adduser sbin=adduser,deluser,addgroup
sudo bin=sudo sbin=visudo file=/etc/sudoers
unzip bin=unzip
zip bin=zip
wget bin=wget
curl bin=curl
software-properties-common bin=add-apt-repository
debsums bin=debsums
initramfs-tools sbin=update-initramfs
apt-utils bin=
gzip bin=gzip,gunzip,zcat
bzip2 bin=bzip2,bunzip2
git bin=git
jq bin=jq
tree bin=tree
acct acl aide amazon-ec2-utils ansible apparmor apparmor-utils apt apt-file apt-listchanges apt-transport-https aptitude aria2
asciinema aspell attr autoconf autofs automake axel base-files base-passwd bash bash-completion bc bison bmon
bpfcc-tools bpftrace btop btrfs-progs busybox bwm-ng byobu cachefilesd cbm ceph-common certbot
cifs-utils clamav clang cloc cloud-utils cmake collectd conntrack coreutils cowsay cpio cryptsetup darkstat
dash dbus debian-goodies debianutils dialog direnv dmidecode dnstop docker docker-compose dos2unix dosfstools dpkg
dstat duf ed elixir emacs entr erlang esbuild exiftool expect fdisk ffmpeg figlet file fio fish flex fontconfig
fortune-mod fping fzf gawk gdb gettext ghostscript gifsicle git-lfs glances glusterfs-client gnuplot graphviz
grep groff gunicorn haveged hdparm hostname hping3 htop hugo hwinfo hyperfine icinga2 ifstat ifupdown inetutils-ping
influxdb init-system-helpers inotify-tools iperf iperf3 ipset iptraf-ng iputils-arping ipvsadm jailkit jnettop
jpegoptim kexec-tools kitty krb5-user ksh lame ldap-utils ledger less lftp libaio1 libapache2-mod-wsgi-py3 libbz2-dev
libc-bin libc6 libcap-dev libcurl4-openssl-dev libevent-dev libexpat1-dev libffi-dev libgl1 libglib2.0-0 libgmp-dev
libgomp1 libicu-dev libimage-exiftool-perl libjpeg-dev liblzma-dev libmariadb-dev libncurses-dev libnss-systemd
libpam-google-authenticator libpam-pwquality libpam-tmpdir libpcre2-dev libpng-dev libpq-dev libreadline-dev
libreoffice libsemanage-common libsqlite3-dev libssl-dev libstdc++6 libsystemd-dev libxml2-dev libxslt1-dev
libyaml-dev linux-perf lldpd lm-sensors lnav login logrotate logwatch lsb-release lshw lsof lsscsi ltrace lua5.4 lynx
lz4 lzop m4 mailutils make mawk mc mediainfo meld meson mlocate monitoring-plugins moreutils mosh most mount mpg123
mtools multitail mutt nagios-plugins nano nbd-client ncdu needrestart ngrep nilfs-tools ninja-build nload nmap nnn
nodejs-doc nscd nslcd ntpdate ntpstat numactl octave open-iscsi openssl optipng pandoc parallel
passenger passwd patch pciutils pdftk perl perl-base php-curl php-gd php-mbstring php-mysql php-pgsql php-xml php-zip
pigz pip pipx pngquant podman policycoreutils poppler-utils postgresql-contrib pssh psutils puppet-agent
pure-ftpd pv pwgen python3-boto3 python3-cffi python3-click python3-cryptography python3-dev python3-flask
python3-jinja2 python3-lxml python3-numpy python3-psycopg2 python3-redis python3-requests python3-setuptools
python3-tornado python3-uvicorn python3-wheel python3-yaml qemu-utils qpdf quota r-base ranger rclone
readline-common readline-doc realmd rename renameutils restic rkhunter rlwrap rng-tools rpm rsync
ruby-dev runit rustc s3cmd screen sed selinux-utils setools siege skopeo smbclient snmp socat sox sshfs
sshpass ssl-cert sssd strace stress stress-ng stunnel4 swapspace systemd systemd-sysv sysvinit-utils tar taskwarrior
tcl tcsh tesseract-ocr tig time timelimit tini tinyproxy tmate tmux tor tshark ttyrec tzdata udev
unrar-free uuid-runtime uvicorn uwsgi uwsgi-plugin-python3 valgrind vifm virtualenv vlan vnstat vorbis-tools w3m webp
whiptail whois wireshark-common wkhtmltopdf x11-apps xauth xclip xmlstarlet xvfb youtube-dl yq yt-dlp
zfsutils-linux zlib1g-dev zookeeperd zsh zstd
`;

/** Only in Debian 12. */
export const debian12Packages = `
awscli bin=aws
exa firefox-esr chromium golang-1.19 python3.11 linux-image-amd64 linux-headers-amd64 linux-image-cloud-amd64 tomcat9
jetty9 puppet deborphan
`;

/** Only in Ubuntu 24.04. */
export const ubuntu2404Packages = `
mysql-server bin=mysqladmin sbin=mysqld unit=mysql:3306@127.0.0.1
mysql-client bin=mysql,mysqldump
snapd bin=snap unit=snapd
openjdk-21-jre bin=java
openjdk-21-jre-headless bin=java
openjdk-21-jdk bin=java,javac,jar
docker-compose-v2 bin=
ec2-instance-connect bin=
python3.12 bin=python3.12
python3.12-venv bin=
libaio1t64 libglib2.0-0t64 linux-aws linux-image-aws linux-headers-aws linux-tools-aws eza python3.12-dev
landscape-common ubuntu-server ubuntu-minimal ubuntu-standard ubuntu-advantage-tools ubuntu-pro-client netplan.io plocate
`;

/** Common names that both archives lack. */
export const aptAbsent =
  "httpd ntpd chronyd sshd epel-release vim-enhanced bind-utils nmap-ncat python2 java-17-amazon-corretto amazon-linux-extras docker-ce nodejs-npm gcc-c++ openssh-clients";
