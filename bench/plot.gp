# One scenario on one ground: nanoseconds a policy over the policies there, both logarithmic.
#
# gnuplot -e "data='FILE'" bench/plot.gp: the first line of FILE is the title; each block is a
# contestant, under its kind and its name, the slowest first.
set terminal svg size 860,520 dynamic background rgb 'white' font 'sans-serif,14' noenhanced
set title system("sed -n '1s/^# //p' '".data."'") font ',17'
set xlabel 'policies in the kernel'
set ylabel 'nanoseconds a policy'
set logscale xy
set format '%.0s %c'
set key outside right top samplen 3 spacing 1.3
set grid back lc rgb '#dddddd'
set border 3
set tics nomirror
headings = system("sed -n '2,$s/^# //p' '".data."' | tr ' ' ':'")
kind(n) = substr(word(headings, n), 1, strstrt(word(headings, n), ':') - 1)
name(n) = substr(word(headings, n), strstrt(word(headings, n), ':') + 1, 99)
label(n) = kind(n) eq 'limit' ? 'limit: '.name(n) : name(n)
peers = '#d95f02 #7570b3 #e7298a #66a61e #e6ab02 #a6761d #666666'
shade(n) = kind(n) eq 'ours' ? (name(n) eq 'apply' ? '#08519c' : '#3182bd') \
  : kind(n) eq 'limit' ? '#000000' : word(peers, 1 + n % words(peers))
width(n) = kind(n) eq 'ours' ? 3 : 1.5
dash(n) = kind(n) eq 'limit' ? 2 : 1
point(n) = kind(n) eq 'ours' ? 7 : kind(n) eq 'limit' ? 0 : 4 + 2 * (n % 4)
plot for [n = 1:words(headings)] data index n - 1 using 1:2 with linespoints title label(n) \
  lc rgb shade(n) lw width(n) dt dash(n) pt point(n) ps 0.8
